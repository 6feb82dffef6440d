//! The controllers.

mod authors;
mod books;
mod covers;
mod export;

pub(crate) use authors::{AuthorDetail, AuthorList};
pub(crate) use books::{BookDetail, BookList};
pub(crate) use covers::Covers;
pub(crate) use export::BookExport;

use dmr::ProblemDetails;

/// The body of all errors.
type Problem = ProblemDetails;

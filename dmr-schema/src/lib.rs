#![doc = include_str!("../README.md")]

mod assertion;
mod check;
mod compiled;
mod compiler;
mod equality;
mod format;
mod message;
mod number;
mod pattern;
mod set;
mod unevaluated;
mod validator;
mod variants;
mod violation;

pub use compiled::SchemaId;
pub use set::{SchemaSet, SchemaSetBuilder};
pub use validator::{SchemaError, ValidationError, Validator};
pub use violation::{Step, Violation};

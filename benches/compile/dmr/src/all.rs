//! All resources of the application. The measurement writes forty.

pub(crate) mod items0;

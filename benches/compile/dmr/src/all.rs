//! All resources of the application. The benchmark writes forty.

pub(crate) mod items0;

//! The limits of request bodies.

/// The limits of request bodies, resolved over the levels of options.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) max_body_size: u64,
    pub(crate) max_upload_size: u64,
    pub(crate) max_form_fields: usize,
    pub(crate) max_files: usize,
    pub(crate) max_item_size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_size: 2 * 1024 * 1024,
            max_upload_size: 32 * 1024 * 1024,
            max_form_fields: 1000,
            max_files: 100,
            max_item_size: 1024 * 1024,
        }
    }
}

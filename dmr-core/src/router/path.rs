//! Paths of routers.

/// Joins a prefix and a path, with one slash between them and one at the beginning.
pub(super) fn join(prefix: &str, path: &str) -> String {
    let prefix = prefix.trim_matches('/');
    let path = path.trim_start_matches('/');
    if prefix.is_empty() {
        format!("/{path}")
    } else {
        format!("/{prefix}/{path}")
    }
}

/// Adds a suffix: `/albums/` and `jsonl` become `/albums.jsonl`, and the root `/index.jsonl`.
pub(super) fn with_suffix(path: &str, format: &str) -> String {
    match path.trim_end_matches('/') {
        "" => format!("/index.{format}"),
        path => format!("{path}.{format}"),
    }
}

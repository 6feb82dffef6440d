//! Paths as routers write them.

/// A prefix and a path, with one slash between them and one in front.
pub(super) fn join(prefix: &str, path: &str) -> String {
    let prefix = prefix.trim_matches('/');
    let path = path.trim_start_matches('/');
    if prefix.is_empty() {
        format!("/{path}")
    } else {
        format!("/{prefix}/{path}")
    }
}

/// `/albums/` and `jsonl` are `/albums.jsonl`; the root is `/index.jsonl`.
pub(super) fn with_suffix(path: &str, format: &str) -> String {
    match path.trim_end_matches('/') {
        "" => format!("/index.{format}"),
        path => format!("{path}.{format}"),
    }
}

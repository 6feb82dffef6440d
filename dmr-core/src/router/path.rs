//! Paths of routers.

use crate::path_template::PathTemplate;

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

/// The path with a slash more, or less, at the end. The root and `{tail}*` have no such path.
pub(super) fn other_slash(path: &PathTemplate) -> Option<String> {
    if path.has_tail() || path.as_str() == "/" {
        return None;
    }
    let path = path.as_str();
    Some(match path.strip_suffix('/') {
        Some(path) => path.to_owned(),
        None => format!("{path}/"),
    })
}

//! Finds routes that no request can reach.

use regex::Regex;

/// One error for each path whose requests all match an earlier path.
pub(super) fn unreachable<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<String> {
    let mut errors = Vec::new();
    let mut before: Vec<(&str, Vec<Segment<'_>>)> = Vec::new();
    for path in paths {
        let segments: Vec<Segment<'_>> = segments(path);
        let covering = before.iter().find(|(_, known)| covers(known, &segments));
        match covering {
            Some((known, _)) if *known == path => {
                errors.push(format!("two routes for the path {path}"));
            }
            Some((known, _)) => errors.push(format!(
                "the route {path} is never reached: {known} stands before it and matches the same requests; \
                 mount the more specific path first, or write one controller for both"
            )),
            None => before.push((path, segments)),
        }
    }
    errors
}

/// The paths that have routes.
pub(super) struct Known<'p>(Vec<Vec<Segment<'p>>>);

impl<'p> Known<'p> {
    pub(super) fn new(paths: impl Iterator<Item = &'p str>) -> Self {
        Self(paths.map(segments).collect())
    }

    /// Whether one of the paths matches everything that `path` matches.
    pub(super) fn cover(&self, path: &str) -> bool {
        let path = segments(path);
        self.0.iter().any(|known| covers(known, &path))
    }
}

/// The part of a path between two slashes, without the names of its parameters.
#[derive(Debug, PartialEq)]
enum Segment<'p> {
    Text(&'p str),
    /// `{name}`: any text up to the next slash.
    Any,
    /// `{name:.*}` or `{name}*` at the end: any text, including slashes.
    Tail,
    /// Text and parameters, or a parameter with a pattern, as a regular expression. `plain` if no
    /// parameter has a pattern: the segment is then never empty and has no slash.
    Pattern {
        expression: String,
        plain: bool,
    },
}

fn segments(path: &str) -> Vec<Segment<'_>> {
    let mut depth = 0_usize;
    let separated = path.split(move |character| {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == '/' && depth == 0
    });
    let mut separated = separated.peekable();
    let mut segments = Vec::new();
    while let Some(text) = separated.next() {
        segments.push(segment(text, separated.peek().is_none()));
    }
    segments
}

fn segment(text: &str, is_last: bool) -> Segment<'_> {
    if !text.contains('{') {
        return Segment::Text(text);
    }
    // A lone `{name}`, and the text after it.
    let alone = text
        .strip_prefix('{')
        .and_then(|text| text.split_once('}'))
        .filter(|(parameter, after)| !parameter.contains('{') && !after.contains('{'));
    match alone {
        Some((parameter, "")) if !parameter.contains(':') => Segment::Any,
        Some((parameter, "*")) if is_last && !parameter.contains(':') => Segment::Tail,
        Some((parameter, "")) if is_last && parameter.ends_with(":.*") => Segment::Tail,
        _ => pattern(text),
    }
}

/// Converts a segment: `v{major}.{minor:\d+}` becomes `v(?:[^/]+)\.(?:\d+)`.
fn pattern(segment: &str) -> Segment<'_> {
    let mut expression = String::new();
    let mut plain = true;
    let mut rest = segment;
    while let Some((text, after)) = rest.split_once('{') {
        expression.push_str(&regex::escape(text));
        let mut depth = 1_usize;
        let end = after.find(|character| {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let (parameter, after) = after.split_at(end.unwrap_or(after.len()));
        let written = parameter.split_once(':').map(|(_, pattern)| pattern);
        plain &= written.is_none();
        let pattern = written.unwrap_or("[^/]+");
        expression.push_str(&format!("(?:{pattern})"));
        rest = after.strip_prefix('}').unwrap_or_default();
    }
    plain &= !rest.ends_with('*');
    expression.push_str(&regex::escape(rest));
    Segment::Pattern { expression, plain }
}

/// Whether `earlier` certainly matches everything that `later` matches.
fn covers(earlier: &[Segment<'_>], later: &[Segment<'_>]) -> bool {
    let mut later = later.iter();
    for one in earlier {
        let other = match (one, later.next()) {
            (Segment::Tail, Some(_)) => return true,
            (_, None) => return false,
            (_, Some(other)) => other,
        };
        let covered = match (one, other) {
            (Segment::Any, Segment::Text(text)) => !text.is_empty(),
            (Segment::Any, Segment::Pattern { plain, .. }) => *plain,
            (Segment::Pattern { expression, .. }, Segment::Text(text)) => {
                let regex = Regex::new(&format!("^(?:{expression})$"));
                regex.is_ok_and(|regex| regex.is_match(text))
            }
            (one, other) => one == other,
        };
        if !covered {
            return false;
        }
    }
    later.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shadowed(earlier: &str, later: &str) -> bool {
        covers(&segments(earlier), &segments(later))
    }

    #[test]
    fn a_path_is_shadowed_by_one_that_matches_all_its_requests() {
        for (earlier, later) in [
            ("/users/{id}/", "/users/{name}/"),
            ("/users/{id}/", "/users/me/"),
            ("/users/{id}", "/users/v{version}"),
            (r"/users/{id:\d+}/", r"/users/{number:\d+}/"),
            (r"/users/{id:\d+}/", "/users/12/"),
            (r"/users/{id:\d{1,3}}/", "/users/12/"),
            ("/files/{path:.*}", "/files/a/b/c"),
            ("/files/{path}*", "/files/a/b/c"),
            ("/users/", "/users/"),
        ] {
            assert!(shadowed(earlier, later), "{earlier} {later}");
        }
        for (earlier, later) in [
            ("/users/me/", "/users/{id}/"),
            ("/users/{id}/", "/users/{id}"),
            ("/users/{id}", "/users/"),
            ("/users/{id}/", "/books/{id}/"),
            (r"/users/{id:\d+}/", "/users/{name}/"),
            (r"/users/{id:\d+}/", "/users/me/"),
            ("/users/{id}", "/users/{path:.*}"),
            ("/files/{name}", "/files/{path:.+}"),
            ("/files/{name}", "/files/{tail}*"),
            (r"/files/{name}", r"/files/{number:\d*}"),
            ("/a/{x:.*}/b", "/a/{y}/c"),
            ("/f/{name}.{extension:.*}", "/f/{id}"),
        ] {
            assert!(!shadowed(earlier, later), "{earlier} {later}");
        }
    }
}

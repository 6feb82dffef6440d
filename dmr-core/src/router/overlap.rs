//! Routes that no request can reach.

use regex::Regex;

/// One error for each path that stands after a path that matches all its requests.
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

/// What stands between two slashes, without the names of its parameters.
#[derive(Debug, PartialEq)]
enum Segment<'p> {
    Text(&'p str),
    /// `{name}`: everything up to the next slash.
    Any,
    /// `{name:.*}` at the end: everything.
    Tail,
    /// Text and parameters, or a parameter with a pattern: the regular expression of the segment.
    Pattern(String),
}

fn segments(path: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut depth = 0_usize;
    let separated = path.split(move |character| {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == '/' && depth == 0
    });
    for text in separated {
        segments.push(segment(text));
    }
    segments
}

fn segment(text: &str) -> Segment<'_> {
    let Some((before, rest)) = text.split_once('{') else {
        return Segment::Text(text);
    };
    let Some((parameter, after)) = rest.rsplit_once('}') else {
        return Segment::Text(text);
    };
    let pattern = parameter.split_once(':').map(|(_, pattern)| pattern);
    match pattern {
        None if before.is_empty() && after.is_empty() && !parameter.contains('{') => Segment::Any,
        Some(".*") if before.is_empty() && after.is_empty() => Segment::Tail,
        _ => Segment::Pattern(regular_expression(text)),
    }
}

/// `v{major}.{minor:\d+}` is `v[^/]+\.\d+`.
fn regular_expression(segment: &str) -> String {
    let mut expression = String::new();
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
        let pattern = parameter
            .split_once(':')
            .map_or("[^/]+", |(_, pattern)| pattern);
        expression.push_str(&format!("(?:{pattern})"));
        rest = after.strip_prefix('}').unwrap_or_default();
    }
    expression.push_str(&regex::escape(rest));
    expression
}

/// Whether everything that `later` matches is matched by `earlier`. Where it is not sure, it says
/// no.
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
            (Segment::Any, Segment::Pattern(pattern)) => !pattern.contains(".*"),
            (Segment::Pattern(pattern), Segment::Text(text)) => {
                Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
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
        ] {
            assert!(!shadowed(earlier, later), "{earlier} {later}");
        }
    }
}

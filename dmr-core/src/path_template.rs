//! [`PathTemplate`]: the path of a route, with its parameters.

use regex::Regex;

/// The largest number of parameters of a path. Routers of web frameworks have such a limit.
const MAX_PARAMETERS: usize = 16;

/// The path of a route, such as `/years/{year:\d{4}}/` or `/files/{tail}*`.
///
/// `{name}` is text without a slash. `{name:pattern}` is text that matches a regular expression,
/// which may itself contain braces. `{name}*` at the end is all the rest, with its slashes. All
/// other characters stand for themselves.
#[derive(Debug)]
pub(crate) struct PathTemplate {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Parameter(Parameter),
}

#[derive(Debug)]
struct Parameter {
    name: String,
    pattern: Option<String>,
    is_tail: bool,
}

impl PathTemplate {
    /// Reads a path.
    ///
    /// # Errors
    ///
    /// The mistake in the path, with the path.
    pub(crate) fn parse(path: &str) -> Result<Self, String> {
        let pieces = pieces(path).map_err(|error| format!("the path {path}: {error}"))?;
        let template = Self {
            text: path.to_owned(),
            pieces,
        };
        let names: Vec<&str> = template.names().collect();
        let count = names.len();
        let twice = names
            .iter()
            .enumerate()
            .find(|(position, name)| names[..*position].contains(name));
        if let Some((_, name)) = twice {
            return Err(format!(
                "the path {path}: it has the parameter `{{{name}}}` twice: give them two names"
            ));
        }
        if count > MAX_PARAMETERS {
            return Err(format!(
                "the path {path}: it has {count} parameters, and {MAX_PARAMETERS} are allowed"
            ));
        }
        Ok(template)
    }

    /// The path as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The names of the parameters, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.parameters().map(|parameter| &*parameter.name)
    }

    /// The regular expression of a parameter, if it has one.
    pub(crate) fn pattern_of(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters();
        let parameter = parameters.find(|parameter| parameter.name == name)?;
        parameter.pattern.as_deref()
    }

    /// Whether the last parameter is all the rest of a path, with its slashes.
    pub(crate) fn has_tail(&self) -> bool {
        self.parameters().any(|parameter| parameter.is_tail)
    }

    /// The path as OpenAPI writes it, without patterns: `/years/{year}/`, `/files/{tail}`.
    pub(crate) fn plain(&self) -> String {
        let mut plain = String::with_capacity(self.text.len());
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => plain.push_str(text),
                Piece::Parameter(Parameter { name, .. }) => {
                    plain.push('{');
                    plain.push_str(name);
                    plain.push('}');
                }
            }
        }
        plain
    }

    fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Parameter(parameter) => Some(parameter),
        })
    }
}

fn pieces(path: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        pieces.push(text(before)?);
        let Some(end) = closing(after) else {
            return Err(format!("`{{{after}` has no closing brace"));
        };
        let (written, after) = (&after[..end], &after[end + 1..]);
        let is_tail = after == "*";
        pieces.push(Piece::Parameter(parameter(written, is_tail)?));
        rest = if is_tail { "" } else { after };
    }
    if rest.ends_with('*') {
        return Err("a `*` at the end has to follow a parameter: write `{tail}*`".to_owned());
    }
    pieces.push(text(rest)?);
    Ok(pieces)
}

/// The position of the brace that closes a parameter. A pattern may contain pairs of braces.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1_usize;
    text.find(|character| {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

fn text(text: &str) -> Result<Piece, String> {
    match text
        .find(['}', '?', '#'])
        .map(|position| &text[position..=position])
    {
        Some("}") => Err("a `}` has no opening brace".to_owned()),
        Some(end) => Err(format!(
            "no path of a request contains `{end}`: it ends the path of a URL"
        )),
        None => Ok(Piece::Text(text.to_owned())),
    }
}

fn parameter(written: &str, is_tail: bool) -> Result<Parameter, String> {
    let (name, pattern) = match written.split_once(':') {
        Some((name, pattern)) => (name, Some(pattern)),
        None => (written, None),
    };
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if !starts_well || !name.chars().all(is_word) {
        return Err(format!(
            "`{{{written}}}` has no valid name: write letters, digits and `_`, as in `{{user_id}}` or \
             `{{rest}}*`"
        ));
    }
    if let Some(pattern) = pattern {
        if is_tail {
            return Err(format!(
                "`{{{written}}}*` has both a pattern and a `*`: write `{{{name}}}*`, or a pattern such as \
                 `{{{name}:.+}}`"
            ));
        }
        check_pattern(name, pattern)?;
    }
    Ok(Parameter {
        name: name.to_owned(),
        pattern: pattern.map(str::to_owned),
        is_tail,
    })
}

fn check_pattern(name: &str, pattern: &str) -> Result<(), String> {
    if pattern.is_empty() {
        return Err(format!(
            "the pattern of `{{{name}:}}` is empty: write `{{{name}}}`"
        ));
    }
    // The error of a regular expression has several lines. The last one says what is wrong.
    let regex = Regex::new(&format!("(?:{pattern})")).map_err(|error| {
        let error = error.to_string();
        let last = error.lines().last().unwrap_or_default();
        let last = last.trim_start_matches("error: ");
        format!("the pattern of `{{{name}:{pattern}}}` is not a regular expression: {last}")
    })?;
    match regex.capture_names().flatten().next() {
        Some(group) => Err(format!(
            "the pattern of `{{{name}:{pattern}}}` names the group `{group}`: write `(?:…)`"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::PathTemplate;

    #[test]
    fn paths_and_their_parameters() {
        for (path, plain, names) in [
            ("/", "/", &[][..]),
            (r"/years/{year:\d{4}}/", "/years/{year}/", &["year"]),
            ("/items:archive", "/items:archive", &[]),
            ("/items/{id}:archive", "/items/{id}:archive", &["id"]),
            ("/files/{tail}*", "/files/{tail}", &["tail"]),
            ("/f/{a}*b/{c:x|y}", "/f/{a}*b/{c}", &["a", "c"]),
        ] {
            let template = PathTemplate::parse(path).expect("it is right");
            assert_eq!(template.plain(), plain);
            assert_eq!(template.names().collect::<Vec<_>>(), names);
            assert_eq!(template.has_tail(), path.ends_with('*'));
        }
    }

    #[test]
    fn paths_that_no_router_takes() {
        for (path, expected) in [
            ("/{*rest}", "no valid name"),
            ("/{}", "no valid name"),
            ("/{user-id}", "no valid name"),
            ("/{1}", "no valid name"),
            ("/{id", "no closing brace"),
            (r"/{id:\d{4}", "no closing brace"),
            ("/id}", "no opening brace"),
            ("/a?b", "contains `?`"),
            ("/a#b", "contains `#`"),
            ("/{a}/{a}", "twice"),
            ("/{a:(}", "not a regular expression"),
            ("/{a:}", "is empty"),
            ("/{a:(?P<b>x)}", "names the group `b`"),
            ("/{a:x}*", "both a pattern and a `*`"),
            ("/a*", "has to follow a parameter"),
        ] {
            let error = PathTemplate::parse(path).expect_err(path);
            assert!(error.contains(expected), "{error}");
        }
        let many: String = (0..17).map(|number| format!("/{{p{number}}}")).collect();
        assert!(PathTemplate::parse(&many).is_err());
    }
}

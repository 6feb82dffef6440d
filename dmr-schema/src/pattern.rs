//! The regular expressions of JSON Schema, those of ECMA-262, matched in linear time.

use regex::Regex;

/// # Errors
///
/// The text is not a regular expression, or cannot be matched in linear time, because it has
/// lookaround or backreferences.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(&translated(pattern)).map_err(|error| {
        let error = error.to_string();
        // The lines before the last one show the translation.
        let reason = error.lines().last().unwrap_or_default();
        let reason = reason.strip_prefix("error: ").unwrap_or(reason);
        format!("the pattern `{pattern}` is not supported: {reason}")
    })
}

/// Translates a pattern: ECMA-262 uses ASCII where the regex crate uses Unicode, and allows `[` in
/// a class.
fn translated(pattern: &str) -> String {
    let mut translated = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => match rest.next() {
                Some('d') => translated.push_str("[0-9]"),
                Some('D') => translated.push_str("[^0-9]"),
                Some('w') => translated.push_str("[0-9A-Za-z_]"),
                Some('W') => translated.push_str("[^0-9A-Za-z_]"),
                Some('s') => translated.push_str(r"[\s\x{FEFF}]"),
                Some('S') => translated.push_str(r"[^\s\x{FEFF}]"),
                Some('b') if !in_class => translated.push_str(r"(?-u:\b)"),
                Some('b') => translated.push_str(r"\x08"),
                Some('B') if !in_class => translated.push_str(r"\B"),
                Some('c') => push_control(&mut translated, rest.next()),
                Some(escaped) => translated.extend(['\\', escaped]),
                None => translated.push('\\'),
            },
            '[' if in_class => translated.push_str(r"\["),
            '&' | '~' if in_class => translated.extend(['\\', character]),
            '[' => {
                in_class = true;
                translated.push('[');
            }
            ']' => {
                in_class = false;
                translated.push(']');
            }
            '.' if !in_class => translated.push_str(r"[^\n\r\u2028\u2029]"),
            other => translated.push(other),
        }
    }
    translated
}

/// Translates `\cA`, the character 1.
fn push_control(translated: &mut String, letter: Option<char>) {
    match letter {
        Some(letter) if letter.is_ascii_alphabetic() => {
            translated.push_str(&format!(r"\x{{{:x}}}", u32::from(letter) % 32));
        }
        // The regex crate refuses it.
        other => translated.extend([Some('\\'), Some('c'), other].into_iter().flatten()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_ecma_262_says() {
        for (pattern, text, expected) in [
            (r"^\d+$", "12", true),
            (r"^\d+$", "१२", false),
            (r"^[\d-]+$", "1-2", true),
            (r"^[^\d]$", "x", true),
            (r"^[^\d]$", "1", false),
            (r"^\w$", "é", false),
            (r"^\W$", "é", true),
            (r"^[\W]$", "é", true),
            (r"^\s$", "\u{feff}", true),
            (r"^\cA$", "\u{1}", true),
            (r"^[[]$", "[", true),
            (r"^[a&&b]+$", "a&b", true),
            (r"^\u0041\/$", "A/", true),
            (r"^.$", "\u{2028}", false),
            (r"^.$", "😀", true),
            (r"^\p{Letter}$", "é", true),
            (r"\bcat\b", "a cat.", true),
            (r"a$", "a\n", false),
        ] {
            let regex = compile(pattern).expect("a pattern");
            assert_eq!(regex.is_match(text), expected, "{pattern} and {text:?}");
        }
    }

    #[test]
    fn what_takes_more_than_linear_time_is_refused() {
        let around = "look-around, including look-ahead and look-behind, is not supported";
        for (pattern, reason) in [
            ("^(?!no)", around),
            ("(?<=a)b", around),
            (r"^(a)\1$", "backreferences are not supported"),
            ("(", "unclosed group"),
        ] {
            assert_eq!(
                compile(pattern).expect_err("it cannot be matched"),
                format!("the pattern `{pattern}` is not supported: {reason}")
            );
        }
    }
}

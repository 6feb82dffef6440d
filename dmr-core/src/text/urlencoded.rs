//! `application/x-www-form-urlencoded`: queries and simple forms.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::Pairs;

/// Parses pairs. Unlike the WHATWG parser, it does not replace bytes that are not percent-encoded
/// UTF-8: they are an error. `what` names the fields in errors.
pub(crate) fn parse<'t>(text: &'t str, max_fields: usize, what: &str) -> Result<Pairs<'t>, String> {
    let mut pairs = Pairs::default();
    let fields = text.split('&').filter(|field| !field.is_empty());
    for (index, field) in fields.enumerate() {
        if index == max_fields {
            return Err(format!("Expected no more than {max_fields} {what} fields"));
        }
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        pairs.push(decode(name, true)?, decode(value, true)?);
    }
    Ok(pairs)
}

/// Decodes a percent-encoded text. With `plus`, `+` stands for a blank.
pub(crate) fn decode(text: &str, plus: bool) -> Result<Cow<'_, str>, String> {
    if memchr::memchr2(b'%', b'+', text.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(text));
    }
    let whole = |hex: &[u8]| hex.len() >= 2 && hex[..2].iter().all(u8::is_ascii_hexdigit);
    let mut escapes = text.split('%').skip(1);
    if !escapes.all(|rest| whole(rest.as_bytes())) {
        return Err(format!("Invalid percent-encoding in '{text}'"));
    }
    let invalid = || format!("Invalid UTF-8 in '{text}'");
    if plus && text.contains('+') {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8();
        return Ok(Cow::Owned(decoded.map_err(|_| invalid())?.into_owned()));
    }
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| invalid())
}

/// The last value of a query field, if the query is valid and has the field.
pub(crate) fn query_value(query: &str, name: &str) -> Option<String> {
    let pairs = parse(query, usize::MAX, "query").ok()?;
    pairs.last(name).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(query: &str) -> Result<Vec<(String, String)>, String> {
        let pairs = parse(query, 3, "query")?;
        Ok(pairs
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect())
    }

    #[test]
    fn decodes_strictly() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            parsed("a=1+%2B&&b=%C3%A9&c"),
            Ok(vec![pair("a", "1 +"), pair("b", "é"), pair("c", "")])
        );
        assert_eq!(
            parsed("a=%zz"),
            Err("Invalid percent-encoding in '%zz'".to_owned())
        );
        assert_eq!(
            parsed("a=%4"),
            Err("Invalid percent-encoding in '%4'".to_owned())
        );
        assert_eq!(parsed("a=%ff"), Err("Invalid UTF-8 in '%ff'".to_owned()));
        assert_eq!(
            parsed("a&b&c&d"),
            Err("Expected no more than 3 query fields".to_owned())
        );
    }
}

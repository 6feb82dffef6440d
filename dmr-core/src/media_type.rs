//! Media types and ranges of them (RFC 9110, 8.3.1 and 12.5.1).

/// A media type without its parameters, in lower case.
pub(crate) fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// Whether a media type, which may be a range such as `image/*`, covers another one.
pub(crate) fn covers(range: &str, media_type: &str) -> bool {
    let (range, media_type) = (essence(range), essence(media_type));
    let (Some((range, sub_range)), Some((main, sub))) =
        (range.split_once('/'), media_type.split_once('/'))
    else {
        return false;
    };
    (range == "*" || range == main) && (sub_range == "*" || sub_range == sub)
}

/// The weight of a range in thousandths; 1000 if the range has none.
pub(crate) fn weight(range: &str) -> u16 {
    let parameter = range.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("q").then_some(value)
    });
    parameter.and_then(parse_weight).unwrap_or(1000)
}

/// Parses a weight (RFC 9110, 12.4.2), `0` to `1` with up to three decimals, into thousandths.
pub(crate) fn parse_weight(text: &str) -> Option<u16> {
    let value: f32 = text.parse().ok()?;
    if !(0.0..=1.0).contains(&value) {
        return None;
    }
    format!("{:.0}", value * 1000.0).parse().ok()
}

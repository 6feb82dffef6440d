//! The ids of operations.

use crate::verb::Verb;

/// The default id: the verb in lower case, then the controller and the segments of the path, each
/// with an upper-case first letter. The path has no patterns.
pub(crate) fn operation_id(verb: Verb, controller: &str, path: &str) -> String {
    let tokens = [controller].into_iter().chain(path.split('/'));
    let words = tokens.flat_map(|token| token.split(['-', '_', '.', '~', ':']));
    let mut id = verb.method().to_lowercase();
    for word in words {
        let mut letters = word.chars().filter(|letter| letter.is_alphanumeric());
        id.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        id.extend(letters.flat_map(char::to_lowercase));
    }
    id
}

/// The id that an endpoint sets. A mount that serves only one format appends its name.
pub(crate) fn operation_id_of_format(id: &str, format: Option<&str>) -> String {
    let mut id = id.to_owned();
    for word in format.iter().flat_map(|format| format.split('-')) {
        let mut letters = word.chars();
        id.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        id.extend(letters);
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_reference_makes_them() {
        assert_eq!(
            operation_id(
                Verb::Get,
                "UserEventsController",
                "/api/usereventscontroller/"
            ),
            "getUsereventscontrollerApiUsereventscontroller"
        );
        assert_eq!(
            operation_id(
                Verb::Get,
                "GetPostController",
                "/api/v1/user/{user_id}/post/{post_id}"
            ),
            "getGetpostcontrollerApiV1UserUserIdPostPostId"
        );
    }
}

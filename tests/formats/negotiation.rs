//! Negotiation.

use super::*;

struct Several;

#[controller]
impl Controller for Several {
    async fn get(&self) -> Events<'_, Item, (Sse, JsonLines, JsonSeq, JsonArray)> {
        Events::new(async { Item { n: 1 } }.into_stream())
    }
}

#[test]
fn the_client_chooses() {
    let address = serve(Router::new("").route("", Several));
    for (accept, content_type, body) in [
        (None, "text/event-stream", "data: {\"n\":1}\r\n\r\n"),
        (Some("*/*"), "text/event-stream", "data: {\"n\":1}\r\n\r\n"),
        (
            Some("application/jsonl"),
            "application/jsonl",
            "{\"n\":1}\n",
        ),
        (
            Some("application/json-seq"),
            "application/json-seq",
            "\x1e{\"n\":1}\n",
        ),
        (Some("application/json"), "application/json", "[{\"n\":1}]"),
        (
            Some("text/event-stream;q=0.5, application/jsonl"),
            "application/jsonl",
            "{\"n\":1}\n",
        ),
    ] {
        let headers: Vec<(&str, &str)> = accept
            .map(|accept| ("Accept", accept))
            .into_iter()
            .collect();
        let response = client::send(&address, "GET", "/", &headers);
        assert_eq!(
            (
                response.status,
                response.header("content-type"),
                response.body.as_str()
            ),
            (200, content_type, body),
            "{accept:?}"
        );
    }
    let refused = client::send(&address, "GET", "/", &[("Accept", "text/html")]);
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (
            406,
            "{\"detail\":[{\"msg\":\"Cannot serialize response body with accepted types [<MediaType: \
             text/html>], supported=['text/event-stream', 'application/jsonl', 'application/json-seq', \
             'application/json']\",\"type\":\"value_error\"}]}"
        )
    );
}

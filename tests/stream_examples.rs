//! Streams as OpenAPI 3.2, WHATWG and well-known APIs show them, on the wire and in a document.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod openapi;

use client::{Response, get, send, serve};
use dmr::stream::format::{JsonArray, JsonLines, JsonSeq, NdJson, Sse, TextJsonLines};
use dmr::stream::{BodyPart, Events, MediaType, MultipartMixed, events};
use dmr::{Controller, Query, Router, Settings, Sse as SseStream, SseEvents, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

fn router(path: &str, controller: impl Controller) -> Router {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route(path, controller)
}

fn document(router: Router) -> Value {
    let api = router.build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    openapi::assert_valid(&document);
    document
}

fn content(document: &Value, path: &str) -> Value {
    document["paths"][path]["get"]["responses"]["200"]["content"].clone()
}

#[track_caller]
fn assert_stream(response: &Response, content_type: &str, body: &str) {
    assert_eq!(
        (
            response.status,
            response.header("content-type"),
            response.body.as_str()
        ),
        (200, content_type, body)
    );
}

#[path = "stream_examples/log_stream.rs"]
mod log_stream;

#[path = "stream_examples/analytics.rs"]
mod analytics;

#[path = "stream_examples/users_export.rs"]
mod users_export;

#[path = "stream_examples/train_tickets.rs"]
mod train_tickets;

#[path = "stream_examples/server_sent_events.rs"]
mod server_sent_events;

mod sentinel_events {
    use super::*;

    #[derive(Serialize, JsonSchema)]
    struct Token {
        text: &'static str,
    }

    #[derive(SseEvents)]
    enum Answer {
        Token(Token),
        #[event(data = "[DONE]")]
        Done,
    }

    struct Answers;

    #[controller]
    impl Controller for Answers {
        async fn get(&self) -> SseStream<'_, Answer> {
            events! {
                yield Answer::Token(Token { text: "Hello" });
                yield Answer::Done;
            }
        }
    }

    #[test]
    fn the_sentinel_is_not_json() {
        let done = &content(&document(router("answers", Answers)), "/answers")["text/event-stream"]
            ["itemSchema"]["oneOf"][1];
        assert_eq!(done["properties"]["data"], json!({"const": "[DONE]"}));
        assert_eq!(done["required"], json!(["data"]));
        assert_stream(
            &get(&serve(router("answers", Answers)), "/answers"),
            "text/event-stream",
            "event: token\r\ndata: {\"text\":\"Hello\"}\r\n\r\ndata: [DONE]\r\n\r\n",
        );
    }
}

mod item_encoding {
    use super::*;

    enum Jpeg {}

    impl MediaType for Jpeg {
        const MEDIA_TYPE: &'static str = "image/jpg";
    }

    struct Camera;

    #[controller]
    impl Controller for Camera {
        async fn get(&self) -> MultipartMixed<'_, BodyPart<Jpeg>> {
            events! {
                for image in [vec![0xff, 0xd8, 0, b'\r', b'\n', b'-', b'-'], Vec::new()] {
                    yield BodyPart::new(image);
                }
            }
        }
    }

    #[test]
    fn images() {
        assert_eq!(
            content(&document(router("camera", Camera)), "/camera"),
            json!({"multipart/mixed": {"itemSchema": {}, "itemEncoding": {"contentType": "image/jpg"}}})
        );
        let response = get(&serve(router("camera", Camera)), "/camera");
        let content_type = response.header("content-type");
        let boundary = content_type
            .strip_prefix("multipart/mixed; boundary=")
            .expect("a boundary");
        let mut expected: Vec<u8> = Vec::new();
        for image in [&[0xff, 0xd8, 0, b'\r', b'\n', b'-', b'-'][..], &[]] {
            let length = image.len();
            let head = format!(
                "--{boundary}\r\nContent-Type: image/jpg\r\nContent-Length: {length}\r\n\r\n"
            );
            expected.extend(head.as_bytes());
            expected.extend(image);
            expected.extend(b"\r\n");
        }
        expected.extend(format!("--{boundary}--\r\n").as_bytes());
        assert_eq!(response.bytes, expected);
    }
}

/// JSON and images in one response, described by `itemEncoding`.
mod a_mixture {
    use super::*;

    enum Jpeg {}

    impl MediaType for Jpeg {
        const MEDIA_TYPE: &'static str = "image/jpeg";
    }

    #[derive(Serialize, JsonSchema)]
    struct Caption {
        #[schemars(length(max = 5))]
        text: &'static str,
    }

    #[derive(Serialize, JsonSchema)]
    #[serde(untagged)]
    enum Piece {
        Caption(Caption),
        Image(BodyPart<Jpeg>),
    }

    struct Album;

    #[controller]
    impl Controller for Album {
        async fn get(&self) -> MultipartMixed<'_, Piece> {
            events! {
                yield Piece::Caption(Caption { text: "Sea" });
                yield Piece::Image(BodyPart::new("123"));
                yield Piece::Caption(Caption { text: "too long" });
            }
        }
    }

    #[test]
    fn each_part_has_its_type() {
        let content = content(&document(router("album", Album)), "/album");
        assert_eq!(
            content["multipart/mixed"]["itemEncoding"],
            json!({"contentType": "application/json, image/jpeg"})
        );
        let response = get(&serve(router("album", Album)), "/album");
        let boundary = response
            .header("content-type")
            .split_once("boundary=")
            .expect("one")
            .1;
        let error = "{\"detail\":[{\"msg\":\"Value matches none of the allowed variants\",\"type\":\"value_error\"}]}";
        let part = |media_type: &str, content: &str| {
            let length = content.len();
            format!(
                "--{boundary}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n{content}\r\n"
            )
        };
        let parts = part("application/json", "{\"text\":\"Sea\"}")
            + &part("image/jpeg", "123")
            + &part("application/json", error);
        assert_eq!(response.body, format!("{parts}--{boundary}--\r\n"));
    }
}

/// The same mixture with fixed first parts.
mod parts_in_order {
    use super::*;
    use dmr::stream::ApplicationJson;
    use dmr::stream::format::MultipartMixed as Mixed;

    enum Png {}

    impl MediaType for Png {
        const MEDIA_TYPE: &'static str = "image/png";
    }

    #[derive(Serialize, JsonSchema)]
    #[serde(untagged)]
    enum Piece {
        Title(String),
        Image(BodyPart<Png>),
    }

    #[derive(Deserialize, JsonSchema)]
    struct Titles {
        two: bool,
    }

    struct Album;

    #[controller]
    impl Controller for Album {
        async fn get(
            &self,
            titles: Query<Titles>,
        ) -> Events<'_, Piece, Mixed<(ApplicationJson, Png)>> {
            events! {
                yield Piece::Title("Sea".to_owned());
                if titles.two {
                    yield Piece::Title("Sky".to_owned());
                }
                yield Piece::Image(BodyPart::new("123"));
                yield Piece::Title("The end".to_owned());
            }
        }
    }

    #[test]
    fn the_document_says_the_order_and_streams_keep_it() {
        let content = content(&document(router("album", Album)), "/album");
        assert_eq!(
            content["multipart/mixed"],
            json!({
                "itemSchema": {"anyOf": [{"type": "string"}, {}]},
                "prefixEncoding": [{"contentType": "application/json"}, {"contentType": "image/png"}],
                "itemEncoding": {"contentType": "application/json, image/png"},
            })
        );
        let address = serve(router("album", Album));
        let right = get(&address, "/album?two=false");
        assert!(right.complete);
        assert_eq!(right.body.matches("Content-Type: ").count(), 3);
        let wrong = get(&address, "/album?two=true");
        assert!(!wrong.complete);
        assert_eq!(wrong.body.matches("Content-Type: ").count(), 1);
        assert!(!wrong.body.contains("Sky"));
    }
}

/// Two paths for one endpoint, if it has formats for both.
mod batch_and_stream_with_suffixes {
    use super::*;

    struct Numbers;

    #[controller(batch_and_stream = true)]
    impl Controller for Numbers {
        async fn get(&self) -> Events<'_, u32, (JsonArray, JsonLines)> {
            events! { yield 1; }
        }
    }

    #[test]
    fn a_path_of_one_format_is_not_split() {
        let settings = Settings::new().debug(false).format_suffix(true);
        let router = Router::new("")
            .settings(settings)
            .route("numbers/", Numbers);
        let document = document(router);
        let paths: Vec<&String> = document["paths"]
            .as_object()
            .expect("paths")
            .keys()
            .collect();
        let expected = [
            "/numbers/",
            "/numbers/#stream",
            "/numbers.json",
            "/numbers.jsonl",
        ];
        assert_eq!(paths, expected);
    }
}

mod albums {
    use super::*;

    #[derive(Serialize, JsonSchema)]
    struct Album {
        id: u32,
        title: &'static str,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        #[serde(default)]
        after: u32,
    }

    struct Albums;

    #[controller]
    impl Controller for Albums {
        #[modify(operation_id = "albums")]
        async fn get(
            &self,
            filter: Query<Filter>,
        ) -> Events<'_, Album, (JsonArray, JsonLines, TextJsonLines, Sse)> {
            let after = filter.after;
            events! {
                for (id, title) in [(1, "Blue"), (2, "Red")] {
                    if id > after {
                        yield Album { id, title };
                    }
                }
            }
        }
    }

    fn albums() -> Router {
        let settings = Settings::new()
            .debug(false)
            .format_suffix(true)
            .format_parameter("format");
        Router::new("").settings(settings).route("albums/", Albums)
    }

    const LINES: &str = "{\"id\":1,\"title\":\"Blue\"}\n{\"id\":2,\"title\":\"Red\"}\n";
    const ARRAY: &str = r#"[{"id":1,"title":"Blue"},{"id":2,"title":"Red"}]"#;

    #[test]
    fn by_suffix_header_and_query() {
        let address = serve(albums());
        assert_stream(&get(&address, "/albums/"), "application/json", ARRAY);
        assert_stream(&get(&address, "/albums.jsonl"), "application/jsonl", LINES);
        assert_stream(&get(&address, "/albums.json"), "application/json", ARRAY);
        let text = send(&address, "GET", "/albums/", &[("Accept", "text/jsonl")]);
        assert_stream(&text, "text/jsonl", LINES);
        assert_stream(
            &get(&address, "/albums/?format=jsonl"),
            "application/jsonl",
            LINES,
        );
        let rest = get(&address, "/albums/?after=1&format=sse");
        assert_stream(
            &rest,
            "text/event-stream",
            "data: {\"id\":2,\"title\":\"Red\"}\r\n\r\n",
        );
        assert_stream(
            &get(&address, "/albums.jsonl?after=1"),
            "application/jsonl",
            "{\"id\":2,\"title\":\"Red\"}\n",
        );
        // The URL wins over the header.
        let accept = [("Accept", "text/event-stream")];
        let suffix = send(&address, "GET", "/albums.jsonl", &accept);
        assert_stream(&suffix, "application/jsonl", LINES);
        let unknown = get(&address, "/albums/?format=yaml");
        assert_eq!(
            (unknown.status, unknown.body.as_str()),
            (
                400,
                "{\"detail\":[{\"msg\":\"Invalid enum value 'yaml' - at `$.parsed_query.format`\",\"type\":\"value_error\"}]}"
            )
        );
        assert_eq!(get(&address, "/albums.yaml").status, 404);
        assert_eq!(send(&address, "POST", "/albums.jsonl", &[]).status, 405);
    }

    #[derive(Deserialize, JsonSchema)]
    struct Print {
        format: String,
    }

    struct Prints;

    #[controller]
    impl Controller for Prints {
        async fn get(&self, print: Query<Print>) -> String {
            print.0.format
        }
    }

    /// An endpoint that does not stream may have a field of this name.
    #[test]
    fn the_parameter_is_that_of_streams() {
        let address = serve(albums().route("prints/", Prints));
        let response = get(&address, "/prints/?format=A4");
        assert_eq!((response.status, response.body.as_str()), (200, "\"A4\""));
    }

    struct Confused;

    #[controller]
    impl Controller for Confused {
        async fn get(&self, print: Query<Print>) -> Events<'_, String, JsonLines> {
            events! { yield print.0.format; }
        }
    }

    #[test]
    fn a_stream_cannot_have_a_field_of_its_name() {
        let refused = albums()
            .route("confused/", Confused)
            .build()
            .expect_err("two meanings");
        assert_eq!(
            refused.errors(),
            [
                "GET /confused/: the query model `Print` has the field `format`, which chooses the format of the stream: rename \
              one of them"
            ]
        );
    }

    #[test]
    fn all_ways_are_documented() {
        let document = document(albums());
        let paths: Vec<&String> = document["paths"]
            .as_object()
            .expect("paths")
            .keys()
            .collect();
        assert_eq!(
            paths,
            ["/albums/", "/albums.json", "/albums.jsonl", "/albums.sse"]
        );
        let parameters = |path: &str| document["paths"][path]["get"]["parameters"].clone();
        assert_eq!(
            parameters("/albums/")[1],
            json!({
                "deprecated": false, "in": "query", "name": "format",
                "schema": {"type": "string", "enum": ["json", "jsonl", "sse"]},
            })
        );
        assert_eq!(
            parameters("/albums.jsonl").as_array().map(Vec::len),
            Some(1)
        );
        assert_eq!(
            content(&document, "/albums.jsonl"),
            json!({"application/jsonl": {"itemSchema": {"$ref": "#/components/schemas/Album"}}})
        );
        assert_eq!(
            document["paths"]["/albums.jsonl"]["get"]["operationId"],
            "albumsJsonl"
        );
    }
}

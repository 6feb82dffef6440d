//! Serializers of others.

use super::*;

use dmr::serializer::{ParseError, Parser, Renderer, SerdeJson, SerializeError};
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

/// JSON on many lines.
#[derive(Default)]
struct Pretty;

impl Renderer for Pretty {
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn render<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        serde_json::to_writer_pretty(out, value).map_err(SerializeError::new)
    }
}

impl Parser for Pretty {
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn parse<'de, S: DeserializeSeed<'de>>(
        &self,
        body: &'de [u8],
        seed: S,
    ) -> Result<S::Value, ParseError> {
        SerdeJson.parse(body, seed)
    }
}

/// JSON that another program has written.
struct Raw;

#[controller]
impl Controller for Raw {
    async fn get(&self) -> Events<'_, Verbatim, (JsonLines, NdJson, Sse)> {
        let raw = "{ \"n\":\r\n1 }".to_owned();
        let raw = RawValue::from_string(raw).expect("JSON");
        Events::new(async { Verbatim(raw) }.into_stream())
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct Verbatim(#[schemars(with = "Item")] Box<RawValue>);

struct Many;

#[controller]
impl Controller for Many {
    type Serializer = Pretty;

    async fn get(&self) -> Events<'_, Item, (JsonLines, NdJson, Sse)> {
        Events::new(async { Item { n: 1 } }.into_stream())
    }
}

/// A line break of a serializer between the tokens does not end a line.
#[test]
fn an_event_stays_on_its_line() {
    let address = serve(Router::new("").route("many", Many).route("raw", Raw));
    for (path, json) in [("/many", "{   \"n\": 1 }"), ("/raw", "{ \"n\":  1 }")] {
        for (accept, body) in [
            ("application/jsonl", format!("{json}\n")),
            ("application/x-ndjson", format!("{json}\n")),
            ("text/event-stream", format!("data: {json}\r\n\r\n")),
        ] {
            let response = client::send(&address, "GET", path, &[("Accept", accept)]);
            assert_eq!(response.body, body);
        }
    }
}

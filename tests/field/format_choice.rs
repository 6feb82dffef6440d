//! Clients that choose a format by `Accept`, by a suffix or by a query parameter.

use dmr::serializer::{ProblemJson, Renderer, SerdeJson, SerializeError};
use dmr::stream::{Items, ValueOrItems, format};
use dmr::{Controller, Error, Query, ResponseSpec, Router, Settings, StatusCode, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{get, send, serve};
use crate::openapi::assert_valid;

/// YAML, of which JSON is a part.
#[derive(Clone, Copy, Default)]
struct Yaml;

impl Renderer for Yaml {
    fn media_type(&self) -> &'static str {
        "application/x-yaml"
    }

    fn render<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        out.extend_from_slice(b"--- ");
        SerdeJson.render(value, out)
    }
}

#[derive(Serialize, JsonSchema)]
struct Album {
    title: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Albums {
    total: u32,
    results: Vec<Album>,
}

impl Items for Albums {
    type Item = Album;

    fn into_items(self) -> impl IntoIterator<Item = Album> {
        self.results
    }
}

struct Listed;

#[controller]
impl Controller for Listed {
    async fn get(&self) -> ValueOrItems<Albums, (format::JsonLines, format::Csv)> {
        ValueOrItems::new(Albums {
            total: 7,
            results: vec![Album { title: "A" }, Album { title: "B" }],
        })
    }
}

/// The client of ServiceStack: an envelope by default, its list as JSON Lines by suffix, by
/// `Accept: text/jsonl` or by `?format=jsonl`. Filters work in all of them.
struct Creatives;

#[derive(Deserialize, JsonSchema)]
struct After {
    #[serde(default)]
    after: u32,
}

#[controller(
    renderers = (SerdeJson, Yaml),
    responses = [ResponseSpec::error(StatusCode::NOT_FOUND)]
)]
impl Controller for Creatives {
    async fn get(
        &self,
        Query(After { after }): Query<After>,
    ) -> Result<ValueOrItems<Albums, (format::JsonLines, format::TextJsonLines)>, Error> {
        if after > 2 {
            return Err(Error::msg(StatusCode::NOT_FOUND, "nothing is left"));
        }
        let titles = ["A", "B"].into_iter().skip(after as usize);
        Ok(ValueOrItems::new(Albums {
            total: 2,
            results: titles.map(|title| Album { title }).collect(),
        }))
    }
}

fn creatives() -> Router {
    let settings = Settings::new().debug(false);
    let settings = settings.format_suffix(true).format_parameter("format");
    let router = Router::new("").settings(settings);
    router.route("creatives", Creatives)
}

#[test]
fn an_envelope_whose_list_is_streamed() {
    let address = serve(creatives());
    let envelope = r#"{"total":2,"results":[{"title":"A"},{"title":"B"}]}"#;
    let yaml = format!("--- {envelope}");
    let answer = |path: &str, accept: &str| {
        let answer = send(&address, "GET", path, &[("Accept", accept)]);
        (answer.header("content-type").to_owned(), answer.body)
    };
    for (path, accept, media_type, body) in [
        ("/creatives", "*/*", "application/json", envelope),
        (
            "/creatives",
            "application/x-yaml",
            "application/x-yaml",
            &yaml,
        ),
        ("/creatives.yaml", "*/*", "application/x-yaml", &yaml),
        ("/creatives?format=yaml", "*/*", "application/x-yaml", &yaml),
        ("/creatives", "text/jsonl", "text/jsonl", LINES),
        (
            "/creatives",
            "application/jsonl",
            "application/jsonl",
            LINES,
        ),
        ("/creatives.jsonl", "text/html", "application/jsonl", LINES),
        (
            "/creatives?format=jsonl",
            "text/html",
            "application/jsonl",
            LINES,
        ),
        (
            "/creatives.jsonl?after=1",
            "*/*",
            "application/jsonl",
            "{\"title\":\"B\"}\n",
        ),
        (
            "/creatives?format=jsonl&after=2",
            "*/*",
            "application/jsonl",
            "",
        ),
    ] {
        let expected = (media_type.to_owned(), body.to_owned());
        assert_eq!(answer(path, accept), expected, "{path} {accept}");
    }
    // An error is a value, in the format that the client chose, if it is one of values.
    let error = r#"{"detail":[{"msg":"nothing is left"}]}"#;
    let yaml = format!("--- {error}");
    for (path, media_type, body) in [
        ("/creatives.jsonl?after=3", "application/json", error),
        ("/creatives.yaml?after=3", "application/x-yaml", &yaml),
        (
            "/creatives?after=3&format=yaml",
            "application/x-yaml",
            &yaml,
        ),
    ] {
        let expected = (media_type.to_owned(), body.to_owned());
        assert_eq!(answer(path, "*/*"), expected, "{path}");
    }
}

/// A path with a suffix has one format, and `Accept` is not asked.
#[test]
fn the_document_of_an_envelope_whose_list_is_streamed() {
    let api = creatives().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    assert_valid(&document);
    let content = |path: &str| {
        let content = &document["paths"][path]["get"]["responses"]["200"]["content"];
        let content = content.as_object().expect("content");
        content.keys().cloned().collect::<Vec<_>>()
    };
    let all = [
        "application/json",
        "application/x-yaml",
        "application/jsonl",
        "text/jsonl",
    ];
    assert_eq!(content("/creatives"), all);
    assert_eq!(content("/creatives.yaml"), ["application/x-yaml"]);
    assert_eq!(content("/creatives.jsonl"), ["application/jsonl"]);
    let statuses = |path: &str| {
        let responses = &document["paths"][path]["get"]["responses"];
        let responses = responses.as_object().expect("responses");
        responses.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(statuses("/creatives"), ["404", "200", "400", "422", "406"]);
    assert_eq!(statuses("/creatives.jsonl"), ["404", "200", "400", "422"]);
}

struct Plain;

#[controller(renderers = (SerdeJson, Yaml, ProblemJson))]
impl Controller for Plain {
    async fn get(&self) -> u8 {
        1
    }
}

struct OneFormat;

#[controller]
impl Controller for OneFormat {
    async fn get(&self) -> u8 {
        1
    }
}

fn router() -> Router {
    let settings = Settings::new().debug(false);
    Router::new("")
        .settings(settings.format_suffix(true).format_parameter("format"))
        .route("albums/", Listed)
        .route("plain/", Plain)
        .route("one/", OneFormat)
}

fn document() -> Value {
    let api = router().build().expect("it is right");
    let document = serde_json::from_slice(api.openapi()).expect("JSON");
    assert_valid(&document);
    document
}

const ENVELOPE: &str = r#"{"total":7,"results":[{"title":"A"},{"title":"B"}]}"#;
const LINES: &str = "{\"title\":\"A\"}\n{\"title\":\"B\"}\n";
const TABLE: &str = "title\r\nA\r\nB\r\n";

#[test]
fn a_list_inside_of_an_answer_is_streamed() {
    let address = serve(router());
    let accepted = |accept| send(&address, "GET", "/albums/", &[("Accept", accept)]);
    assert_eq!(get(&address, "/albums/").body, ENVELOPE);
    for (accept, body) in [
        ("*/*", ENVELOPE),
        ("application/json", ENVELOPE),
        ("application/jsonl", LINES),
        ("text/csv", TABLE),
        ("text/csv, application/json;q=0.5", TABLE),
    ] {
        assert_eq!(accepted(accept).body, body, "{accept}");
    }
    assert_eq!(accepted("text/html").status, 406);
    for (path, body) in [
        ("/albums/?format=json", ENVELOPE),
        ("/albums/?format=jsonl", LINES),
        ("/albums/?format=csv", TABLE),
        ("/albums.json", ENVELOPE),
        ("/albums.jsonl", LINES),
        ("/albums.csv", TABLE),
    ] {
        assert_eq!(get(&address, path).body, body, "{path}");
    }
    assert_eq!(get(&address, "/albums/?format=xml").status, 400);
    // The table has the headers of a stream, the value does not.
    let buffering = "x-accel-buffering";
    assert_eq!(get(&address, "/albums.csv").header(buffering), "no");
    assert_eq!(get(&address, "/albums.json").header(buffering), "");
}

#[test]
fn the_document_has_the_value_and_its_items() {
    let document = document();
    let content = |path: &str| {
        let content = document["paths"][path]["get"]["responses"]["200"]["content"].clone();
        let keys = content.as_object().expect("an object").keys();
        (keys.cloned().collect::<Vec<_>>(), content)
    };
    let (media_types, all) = content("/albums/");
    assert_eq!(
        media_types,
        ["application/json", "application/jsonl", "text/csv"]
    );
    let schema = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    assert_eq!(all["application/json"]["schema"], schema("Albums"));
    assert_eq!(all["application/jsonl"]["itemSchema"], schema("Album"));
    assert_eq!(content("/albums.json").0, ["application/json"]);
    assert_eq!(content("/albums.jsonl").0, ["application/jsonl"]);
    let parameter = &document["paths"]["/albums/"]["get"]["parameters"][0];
    assert_eq!(parameter["schema"]["enum"], json!(["json", "jsonl", "csv"]));
}

/// A renderer has the name of its media subtype.
#[test]
fn an_endpoint_with_several_renderers() {
    let address = serve(router());
    for (path, body) in [
        ("/plain/", "1"),
        ("/plain/?format=json", "1"),
        ("/plain/?format=yaml", "--- 1"),
        ("/plain.json", "1"),
        ("/plain.yaml", "--- 1"),
    ] {
        assert_eq!(get(&address, path).body, body, "{path}");
    }
    let unknown = get(&address, "/plain/?format=problem+json");
    assert_eq!(unknown.status, 400);
    // There is nothing to choose.
    assert_eq!(get(&address, "/one/?format=yaml").status, 200);
    assert_eq!(get(&address, "/one.json").status, 404);
    let document = document();
    let parameters = |path: &str| document["paths"][path]["get"]["parameters"].clone();
    let names = &parameters("/plain/")[0]["schema"]["enum"];
    assert_eq!(*names, json!(["json", "yaml"]));
    assert_eq!(parameters("/one/"), Value::Null);
    let responses = &document["paths"]["/plain.yaml"]["get"]["responses"];
    let content = responses["200"]["content"].as_object().expect("an object");
    assert_eq!(content.keys().collect::<Vec<_>>(), ["application/x-yaml"]);
}

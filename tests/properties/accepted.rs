//! What a model accepts satisfies its published schema, whatever attribute of serde brings it in.
//! A constraint on one field does not change what the others accept.

use super::models::{self, BODY_MODELS, TEXT_MODELS};
use super::values::Change;
use super::*;

/// A member of an object in JSON text, which may have the name of another member.
#[derive(Debug, Clone)]
struct Extra {
    name: String,
    /// JSON, which may be a number that no type holds.
    value: &'static str,
    first: bool,
}

const VALUES: &[&str] = &[
    "null",
    "true",
    "0",
    "-0",
    "1",
    "7.0",
    "1e2",
    "1.5",
    "-1",
    "300",
    "70000",
    "1e39",
    "1e400",
    "18446744073709551615",
    r#""\ud800""#,
    r#"{"a":[1e999]}"#,
    "18446744073709551616",
    "\"\"",
    "\"x\"",
    "\"1\"",
    "\"mid\"",
    "\"High\"",
    "\"nobody\"",
    "[]",
    "[1]",
    "[1,\"x\"]",
    "{}",
    "{\"kind\":\"circle\"}",
    "{\"NewType\":1}",
    "{\"Unit\":null}",
    "{\"Nothing\":null}",
    "\"Unit\"",
    "{\"t\":\"Number\",\"c\":1}",
    "{\"name\":1}",
];

/// Names of fields in Rust, in JSON, and of no field.
const NAMES: &[&str] = &[
    "value",
    "other",
    "id",
    "inId",
    "outId",
    "type",
    "kind",
    "firstName",
    "first_name",
    "lat",
    "lon",
    "name",
    "class",
    "number",
    "optional",
    "skipped",
    "written",
    "list",
    "level",
    "unknown",
    "rest",
    "count",
    "text",
    "boxed",
    "unit",
];

fn extras() -> impl Strategy<Value = Vec<Extra>> {
    let name = proptest::sample::select(NAMES).prop_map(str::to_owned);
    let extra = (name, proptest::sample::select(VALUES), any::<bool>());
    vec(
        extra.prop_map(|(name, value, first)| Extra { name, value, first }),
        0..2,
    )
}

/// One value of a body that is replaced.
type Replaced = Option<(usize, &'static str)>;

fn replaced() -> impl Strategy<Value = Replaced> {
    option::of((any::<usize>(), proptest::sample::select(VALUES)))
}

/// The text of a changed body.
fn written(mut body: Value, replaced: Replaced, extras: &[Extra]) -> String {
    const MARK: &str = "the value to replace";
    if let Some((place, _)) = replaced {
        mutate(&mut body, place, &Change::Replace(json!(MARK)));
    }
    let mut text = body.to_string();
    if let Some((_, value)) = replaced {
        text = text.replace(&format!("\"{MARK}\""), value);
    }
    for Extra { name, value, first } in extras {
        let Some(inside) = text
            .strip_prefix('{')
            .and_then(|text| text.strip_suffix('}'))
        else {
            continue;
        };
        let member = format!("{}:{value}", json!(name));
        text = match (inside.is_empty(), first) {
            (true, _) => format!("{{{member}}}"),
            (false, true) => format!("{{{member},{inside}}}"),
            (false, false) => format!("{{{inside},{member}}}"),
        };
    }
    text
}

/// The status of a request, and what the handler read.
fn outcome(response: &TestResponse) -> (u16, Option<Value>) {
    let status = response.status().as_u16();
    let mut value = response.status().is_success().then(|| response.json());
    if let Some(Value::Object(members)) = &mut value {
        members.remove("guard");
    }
    (status, value)
}

#[test]
fn bodies_that_are_accepted_satisfy_their_schema() {
    let subject = Subject::of(models::router());
    for name in TEXT_MODELS.iter().chain(BODY_MODELS) {
        let path = format!("/plain/{name}/");
        let careful = format!("/constrained/{name}/");
        let operation = subject.operation(&path, "put");
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let root = subject.schema(schema);
        let validator = subject.validator(schema);
        let send = |path: &str, text: &str| {
            let request = subject.client.put(path);
            let request = request.body("application/json", text.to_owned());
            outcome(&subject.system.block_on(request.send()))
        };
        let (accepted, refused) = (Cell::new(0), Cell::new(0));
        let cases = (valid(&root, schema, 3), replaced(), extras());
        runner()
            .run(&cases, |(body, replaced, extras)| {
                let text = written(body, replaced, &extras);
                let (status, value) = send(&path, &text);
                prop_assert!(status == 200 || status == 400, "{name} {status} {text}");
                // A number may be too large for the validator.
                let parsed: Option<Value> = serde_json::from_str(&text).ok();
                let valid = parsed.map(|body| validator.is_valid(&body));
                if status == 200 {
                    prop_assert!(valid != Some(false), "{name} accepts {text} as {value:?}");
                }
                // A member that is there twice is refused. A validator sees the last one.
                if status == 400 && extras.is_empty() {
                    prop_assert!(valid != Some(true), "{name} refuses {text}");
                }
                prop_assert_eq!(
                    &send(&careful, &text),
                    &(status, value),
                    "{} {}",
                    name,
                    text
                );
                let counter = if status == 200 { &accepted } else { &refused };
                counter.set(counter.get() + 1);
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let both = accepted.get() > 20 && refused.get() > 20;
        assert!(both, "{name}: {accepted:?} {refused:?}");
    }
}

/// Texts of values, wrong ones too.
const TEXTS: &[&str] = &[
    "",
    "0",
    "1",
    "-1",
    "+1",
    "01",
    "1.0",
    "1.5",
    "1e2",
    "1e39",
    "300",
    "70000",
    " 1",
    "1,2",
    "true",
    "True",
    "false",
    "on",
    "null",
    "NaN",
    "inf",
    "1_0",
    "\u{663}",
    "x",
    "VERY-LOW",
    "mid",
    "known",
    "nobody",
    "18446744073709551616",
];

/// The names and texts of some parameters: most have the names of fields.
fn text_pairs(names: Vec<String>) -> impl Strategy<Value = Vec<(String, &'static str)>> {
    let known = proptest::sample::select(names.clone());
    let others = proptest::sample::select(NAMES).prop_map(str::to_owned);
    let text = || proptest::sample::select(TEXTS);
    let each: Vec<_> = names
        .into_iter()
        .map(|name| option::weighted(0.9, (Just(name), text())))
        .collect();
    let more = vec((prop_oneof![known, others], text()), 0..2);
    (each, more).prop_map(|(each, more)| each.into_iter().flatten().chain(more).collect())
}

fn joined_texts(pairs: &[(String, &str)], separator: &str) -> String {
    let pairs = pairs.iter();
    let pairs: Vec<String> = pairs
        .map(|(name, text)| format!("{name}={}", encode(text)))
        .collect();
    pairs.join(separator)
}

/// Sends parameters in one location of a request.
fn send_texts(
    subject: &Subject,
    path: &str,
    method: &str,
    pairs: &[(String, &str)],
) -> TestResponse {
    let client = &subject.client;
    let request = match method {
        "get" => client.get(&format!("{path}?{}", joined_texts(pairs, "&"))),
        "put" => client.put(path).body(
            "application/x-www-form-urlencoded",
            joined_texts(pairs, "&"),
        ),
        "patch" => client
            .patch(path)
            .header("Cookie", joined_texts(pairs, "; ")),
        _ => {
            // The other texts cannot stand in a header.
            let pairs = pairs.iter().filter(|(_, text)| text.is_ascii());
            pairs.fold(client.delete(path), |request, (name, text)| {
                request.header(&name.replace('_', "-"), text)
            })
        }
    };
    subject.system.block_on(request.send())
}

#[test]
fn texts_that_are_accepted_satisfy_their_schema() {
    let subject = Subject::of(models::router());
    for name in TEXT_MODELS {
        let path = format!("/plain/{name}/");
        let careful = format!("/constrained/{name}/");
        for method in ["get", "put", "delete", "patch"] {
            let operation = subject.operation(&path, method);
            let schema = match operation.get("parameters") {
                Some(_) => parameters(operation),
                None => operation["requestBody"]["content"]["application/x-www-form-urlencoded"]
                    ["schema"]
                    .clone(),
            };
            let validator = subject.validator(&schema);
            let schema = subject.resolved(&schema);
            let names = schema["properties"].as_object().expect("an object").keys();
            let accepted = Cell::new(0);
            runner()
                .run(&text_pairs(names.cloned().collect()), |pairs| {
                    let found = outcome(&send_texts(&subject, &path, method, &pairs));
                    let (status, value) = &found;
                    prop_assert!(matches!(status, 200 | 400), "{name} {method} {pairs:?}");
                    // The first one writes other names than it reads. The parameters of the other
                    // one are the members of a map.
                    let other = ["Renamed", "FlattenedMap"];
                    if let Some(value) = value.as_ref().filter(|_| !other.contains(name)) {
                        accepted.set(accepted.get() + 1);
                        let valid = validator.is_valid(value);
                        prop_assert!(valid, "{name} {method} {pairs:?} {value}");
                    }
                    let same = outcome(&send_texts(&subject, &careful, method, &pairs));
                    prop_assert_eq!(&same, &found, "{} {} {:?}", name, method, pairs);
                    Ok(())
                })
                .unwrap_or_else(|error| panic!("{name} {method}: {error}"));
        }
    }
}

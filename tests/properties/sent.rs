//! What is sent satisfies the published schema, in every build.

use proptest::strategy::ValueTree;

use dmr::{Error, ResponseSpec, StatusCode};

use super::models::{BODY_MODELS, Model, TEXT_MODELS, plain};
use super::*;

/// Sends what it gets, if the model can hold it. Nothing checks the request.
struct Send<T>(std::marker::PhantomData<fn() -> T>);

#[controller(responses = [ResponseSpec::error(StatusCode::NOT_FOUND)])]
impl<T: Model> Controller for Send<T> {
    async fn put(&self, Body(value): Body<Value>) -> Result<T, Error> {
        serde_json::from_value(value)
            .map_err(|_| Error::msg(StatusCode::NOT_FOUND, "It does not fit"))
    }
}

/// A model with constraints, which its Rust types do not have.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Limited {
    #[schemars(range(min = 1, max = 5))]
    stars: i64,
    #[schemars(length(min = 1, max = 3))]
    name: String,
    #[serde(flatten)]
    line: Line,
}

/// A model whose schema promises more than its type.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Narrow {
    #[schemars(with = "u8")]
    value: i64,
    #[schemars(with = "Option<bool>")]
    flag: Value,
}

#[derive(Deserialize, JsonSchema)]
struct Fraction {
    above: f64,
    below: f64,
}

#[derive(Serialize, JsonSchema)]
struct Quotients {
    one: f64,
    list: Vec<f32>,
    nested: Option<Box<Quotients>>,
}

struct Divide;

#[controller]
impl Controller for Divide {
    async fn put(&self, Body(of): Body<Fraction>) -> Quotients {
        let one = of.above / of.below;
        let nested = (one > 1.0).then(|| Quotients {
            one: one * one,
            list: Vec::new(),
            nested: None,
        });
        Quotients {
            one,
            list: vec![one as f32],
            nested: nested.map(Box::new),
        }
    }
}

macro_rules! router {
    ($($model:ident)*) => {
        Router::new("")
            .settings(Settings::new().debug(false))
            .route("Quotients/", Divide)
            $(.route(
                concat!(stringify!($model), "/"),
                Send::<plain::$model>(std::marker::PhantomData),
            ))*
            .route("Limited/", Send::<Limited>(std::marker::PhantomData))
            .route("Narrow/", Send::<Narrow>(std::marker::PhantomData))
    };
}

fn router() -> Router {
    router!(Scalars Renamed Denying Defaults Flattened FlattenedOption FlattenedMap
        FlattenedTagged Enums Unions Nested Changes)
}

/// Sends a body so often that a type that proves its schema is no longer checked.
fn send_often(subject: &Subject, name: &str, body: &Value) {
    for _ in 0..100 {
        let request = subject.client.put(&format!("/{name}/")).json(body);
        let response = subject.system.block_on(request.send());
        assert_eq!(response.status(), StatusCode::OK, "{name} {body}");
    }
}

/// Sends bodies, and checks what comes back: a value that satisfies the schema, or an error.
fn sent_law(subject: &Subject, name: &str, bodies: impl Strategy<Value = Value>) -> (u32, u32) {
    let path = format!("/{name}/");
    let operation = subject.operation(&path, "put");
    let (sent, refused) = (Cell::new(0), Cell::new(0));
    runner()
        .run(&bodies, |body| {
            let request = subject.client.put(&path).json(&body);
            let response = subject.system.block_on(request.send());
            let status = response.status().as_u16();
            let counter = if status == 200 { &sent } else { &refused };
            counter.set(counter.get() + 1);
            match status {
                // The type does not hold the value.
                404 => Ok(()),
                200 | 422 => subject.check(operation, &response, status),
                _ => {
                    prop_assert!(false, "{name} {status} {body} {}", response.text());
                    Ok(())
                }
            }
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    (sent.get(), refused.get())
}

/// A body under the names by which the models read it.
fn readable(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut()
        && let Some(id) = members.remove("outId")
    {
        members.insert("inId".to_owned(), id);
    }
    body
}

#[test]
fn bodies_that_are_sent_satisfy_their_schema() {
    let subject = Subject::of(router());
    let models = TEXT_MODELS.iter().chain(BODY_MODELS);
    for name in models.filter(|name| **name != "Texts") {
        let operation = subject.operation(&format!("/{name}/"), "put");
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let root = subject.schema(schema);
        let right = valid(&root, schema, 3).new_tree(&mut TestRunner::deterministic());
        let right = readable(right.expect("a value").current());
        let changed = (
            valid(&root, schema, 3),
            option::of((any::<usize>(), changes())),
        );
        let bodies = changed.prop_map(|(mut body, change)| {
            if let Some((place, change)) = change {
                mutate(&mut body, place, &change);
            }
            readable(body)
        });
        send_often(&subject, name, &right);
        let (sent, _) = sent_law(&subject, name, bodies);
        assert!(sent > 20, "{name} {sent}");
    }
}

#[test]
fn limits_that_no_type_has_hold_for_what_is_sent() {
    let subject = Subject::of(router());
    let bodies = (-1_i64..8, "[a-z]{0,4}", 0_u32..9, "[a-z]{1,4}").prop_map(
        |(stars, name, id, text)| json!({"stars": stars, "name": name, "id": id, "text": text}),
    );
    let right = json!({"stars": 1, "name": "a", "id": 1, "text": "ab"});
    send_often(&subject, "Limited", &right);
    let (sent, refused) = sent_law(&subject, "Limited", bodies);
    assert!(sent > 20 && refused > 20, "{sent} {refused}");
}

/// The first value that breaks the schema shows that the type does not prove it.
#[test]
fn a_schema_of_another_type_holds_for_what_is_sent() {
    let subject = Subject::of(router());
    let value = -10_i64..300;
    let flag = prop_oneof![5 => Just(json!(true)), 1 => Just(json!(null)), 1 => Just(json!(1))];
    let bodies = (value, flag).prop_map(|(value, flag)| json!({"value": value, "flag": flag}));
    let (sent, refused) = sent_law(&subject, "Narrow", bodies);
    assert!(sent > 20 && refused > 20, "{sent} {refused}");
}

#[test]
fn numbers_that_are_sent_are_finite() {
    let subject = Subject::of(router());
    let number = || proptest::sample::select(vec![0.0, -0.0, 1.0, -2.5, 1e300, -1e300, 1e-300]);
    let bodies = (number(), number());
    let bodies = bodies.prop_map(|(above, below)| json!({"above": above, "below": below}));
    let right = json!({"above": 1.0, "below": 2.0});
    send_often(&subject, "Quotients", &right);
    let (sent, refused) = sent_law(&subject, "Quotients", bodies);
    assert!(sent > 20 && refused > 20, "{sent} {refused}");
}

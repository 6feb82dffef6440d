//! The JSON Schemas of Rust types. The published schema is the enforced one.
//!
//! [`Schemas`] collects the schemas of an application while it is built; a [`Validator`] is one of
//! them. The crate `dmr-schema` compiles and checks them. [`error_details`] turns violations into
//! the errors of requests and responses.

mod components;
mod error_details;
mod keywords;
mod names;
mod normalize;
mod parts;
mod proof;
mod publish;
mod readable;
mod samples;
mod schema_of;
mod unknown_members;
mod validator;

use std::borrow::Cow;
use std::collections::HashMap;

use schemars::generate::Contract;
use serde_json::{Value, json};

use readable::Question;

pub(crate) use components::Components;
pub(crate) use error_details::Context;
pub(crate) use keywords::{COMMA_KEYWORD, NULL_KEYWORD, PART_KEYWORD, SSE_KEYWORD};
pub(crate) use proof::{CheckWhen, Proof};
use proof::{is_proved_by_type, reads_as_said};
pub(crate) use publish::{Published, strip_own_keywords};
pub(crate) use readable::{ReadNotes, Readable, Reading};
pub(crate) use schema_of::SchemaOf;
pub(crate) use unknown_members::remove_unknown;
pub(crate) use validator::Validator;

/// The path of the components in an OpenAPI document.
const COMPONENTS: &str = "/components/schemas";

/// Every schema that the application publishes.
///
/// A type may accept something else than it sends: a field with a default may be missing in a
/// request, but is always in a response. So both schemas are kept. They get different names only if
/// they differ.
#[derive(Debug)]
pub(crate) struct Schemas {
    requests: Components,
    responses: Components,
    /// The components of `responses`, generated as requests.
    responses_as_requests: Components,
    /// The schemas that have been generated: many endpoints use the same types.
    generated: HashMap<Generated, Value>,
    /// The types that are read from requests, and the questions about them.
    readings: HashMap<(&'static str, Cow<'static, str>), Reading>,
    questions: Vec<Question>,
}

impl Default for Schemas {
    fn default() -> Self {
        Self {
            requests: Components::new(Contract::Deserialize),
            responses: Components::new(Contract::Serialize),
            responses_as_requests: Components::new(Contract::Deserialize),
            generated: HashMap::new(),
            readings: HashMap::new(),
            questions: Vec::new(),
        }
    }
}

/// A type and the purpose of its schema. The name alone does not distinguish types whose parameters
/// have the same name; nor does the id alone, if it is a custom one.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Generated {
    type_name: &'static str,
    id: Cow<'static, str>,
    purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Purpose {
    InlineRequest,
    Request,
    Response,
}

impl Schemas {
    /// The schema of a type that is received, not a reference to it: for parameters, whose model is
    /// not a component.
    pub(crate) fn inline_request(&mut self, of: SchemaOf) -> Value {
        self.generate(Purpose::InlineRequest, of)
    }

    /// The schema of a type that is received: a reference, if the type has a name.
    pub(crate) fn request(&mut self, of: SchemaOf) -> Value {
        self.generate(Purpose::Request, of)
    }

    /// The schema of a type that is sent: a reference, if the type has a name.
    pub(crate) fn response(&mut self, of: SchemaOf) -> Value {
        self.generate(Purpose::Response, of)
    }

    fn generate(&mut self, purpose: Purpose, of: SchemaOf) -> Value {
        let key = Generated {
            type_name: of.type_name(),
            id: of.id(),
            purpose,
        };
        if let Some(known) = self.generated.get(&key) {
            return known.clone();
        }
        let schema = match purpose {
            Purpose::InlineRequest => self.requests.inline(of),
            Purpose::Request => self.requests.reference_to(of),
            Purpose::Response => {
                self.responses_as_requests.reference_to(of);
                self.responses.reference_to(of)
            }
        };
        self.generated.insert(key, schema.clone());
        schema
    }

    /// The components of request schemas.
    pub(crate) fn requests(&mut self) -> &mut Components {
        &mut self.requests
    }

    /// The components of response schemas.
    pub(crate) fn responses(&mut self) -> &mut Components {
        &mut self.responses
    }

    /// The facts about a type that is read with this validator. Samples show them later.
    pub(crate) fn reading(&mut self, readable: Readable, validator: &Validator) -> Reading {
        let of = readable.schema;
        if let Some(known) = self.readings.get(&(of.type_name(), of.id())) {
            return known.clone();
        }
        let reading = Reading::default();
        self.readings
            .insert((of.type_name(), of.id()), reading.clone());
        self.questions.push(Question {
            readable,
            validator: validator.clone(),
            reading: reading.clone(),
        });
        reading
    }

    /// Ends the collection. From now on, validators can check values.
    pub(crate) fn publish(self) -> Published {
        let mut published =
            publish::publish(&self.requests, &self.responses, &self.responses_as_requests);
        self.requests.freeze();
        self.responses.freeze();
        let answers = self.questions.iter().map(Question::answer);
        published.conflicts.extend(answers.filter_map(Result::err));
        published
    }
}

fn component_name(reference: &str) -> Option<&str> {
    reference
        .strip_prefix('#')?
        .strip_prefix(COMPONENTS)?
        .strip_prefix('/')
}

/// The target of a reference. Nearly all targets are components whose names need no unescaping.
fn referred<'s>(root: &'s Value, target: &str) -> Option<&'s Value> {
    match component_name(target) {
        Some(name) if !name.contains(['/', '~']) => {
            root.get("components")?.get("schemas")?.get(name)
        }
        _ => root.pointer(target.strip_prefix('#')?),
    }
}

/// The schema that a `$ref` in `schema` leads to, or `schema` itself.
pub(crate) fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let mut schema = schema;
    // A reference to a reference is legal. The limit keeps a cycle from hanging the build.
    for _ in 0..16 {
        let Some(target) = schema.get("$ref").and_then(Value::as_str) else {
            return schema;
        };
        match referred(root, target) {
            Some(found) => schema = found,
            None => return schema,
        }
    }
    schema
}

/// The alternatives of a schema: the branches of `anyOf` or `oneOf`, or the schema itself.
pub(crate) fn branches<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s Value> {
    fn add<'s>(
        root: &'s Value,
        schema: &'s Value,
        inside: &mut Vec<&'s Value>,
        found: &mut Vec<&'s Value>,
    ) {
        let schema = resolve(root, schema);
        let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf"));
        let Some(Value::Array(alternatives)) = alternatives else {
            found.push(schema);
            return;
        };
        // A union that is a branch of itself is refused when it is compiled, which may happen
        // later.
        if inside.iter().any(|union| std::ptr::eq(*union, schema)) {
            return;
        }
        inside.push(schema);
        for alternative in alternatives {
            add(root, alternative, inside, found);
        }
        inside.pop();
    }
    let mut found = Vec::new();
    add(root, schema, &mut Vec::new(), &mut found);
    found
}

/// The schema of events. It is a reference, unless the formats have to see the schema behind it.
pub(crate) fn visible_events(root: &Value, schema: &Value) -> Value {
    if schema.get("$ref").is_none() {
        return schema.clone();
    }
    let alternatives = branches(root, schema);
    let special = |schema: &&Value| {
        let own = [SSE_KEYWORD, PART_KEYWORD];
        own.iter().any(|keyword| schema.get(keyword).is_some())
    };
    match alternatives.as_slice() {
        several if !several.iter().any(special) => schema.clone(),
        [only] => (*only).clone(),
        several => json!({"anyOf": several}),
    }
}

/// Whether a list arrives as one text with commas.
pub(crate) fn is_comma_separated(root: &Value, schema: &Value) -> bool {
    branches(root, schema)
        .iter()
        .any(|branch| branch.get(COMMA_KEYWORD).is_some())
}

/// The schema of the items, if the schema is that of a list. The name of a list may be repeated.
pub(crate) fn list_items<'s>(root: &'s Value, schema: &'s Value) -> Option<&'s Value> {
    branches(root, schema)
        .into_iter()
        .find(|branch| allows_type(branch, "array"))
        .map(|branch| branch.get("items").unwrap_or(&Value::Null))
}

/// The schema of the item at a position of a list or a tuple.
pub(crate) fn item_schema<'s>(root: &'s Value, schema: &'s Value, index: usize) -> &'s Value {
    let mut lists = branches(root, schema)
        .into_iter()
        .filter(|branch| allows_type(branch, "array"));
    let item = lists.find_map(|list| {
        let member = list
            .get("prefixItems")
            .and_then(|members| members.get(index));
        member.or_else(|| list.get("items"))
    });
    item.unwrap_or(&Value::Null)
}

/// Whether a schema allows values of this type.
pub(crate) fn allows_type(schema: &Value, name: &str) -> bool {
    match (schema.get("type"), schema.get("enum"), schema.get("const")) {
        (Some(Value::String(only)), ..) => only == name,
        (Some(Value::Array(several)), ..) => several.iter().any(|one| one == name),
        (_, Some(Value::Array(options)), _) => {
            name == "string" && options.iter().all(Value::is_string)
        }
        (.., Some(constant)) => name == "string" && constant.is_string(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::JsonSchema;
    use serde::Serialize;
    use serde_json::json;

    /// A user.
    #[derive(Serialize, JsonSchema)]
    #[allow(dead_code)]
    struct User {
        #[serde(default)]
        age: Option<i64>,
        friends: Vec<User>,
    }

    mod other {
        #[derive(schemars::JsonSchema)]
        #[allow(dead_code)]
        pub(super) struct User {
            name: String,
        }
    }

    #[test]
    fn a_component_has_a_title_and_nullable_types_are_a_union() {
        let mut schemas = Schemas::default();
        assert_eq!(
            schemas.response(SchemaOf::of::<User>()),
            json!({"$ref": "#/components/schemas/User"})
        );
        assert_eq!(
            schemas.publish().components["User"],
            json!({
                "title": "User",
                "description": "A user.",
                "type": "object",
                "properties": {
                    "age": {"anyOf": [{"type": "integer", "format": "int64"}, {"type": "null"}]},
                    "friends": {"type": "array", "items": {"$ref": "#/components/schemas/User"}},
                },
                "required": ["age", "friends"],
            })
        );
    }

    #[test]
    fn a_type_that_sends_more_than_it_needs_gets_two_names() {
        #[derive(Serialize, JsonSchema)]
        #[allow(dead_code)]
        struct Page {
            owner: User,
        }
        #[derive(JsonSchema)]
        #[allow(dead_code)]
        struct Filter {
            page: Page,
        }
        let mut schemas = Schemas::default();
        schemas.inline_request(SchemaOf::of::<Filter>());
        schemas.response(SchemaOf::of::<Page>());
        let published = schemas.publish();
        let names: Vec<&String> = published.components.keys().collect();
        assert_eq!(names, ["Page", "PageResponse", "User", "UserResponse"]);
        assert_eq!(
            published.components["PageResponse"]["properties"]["owner"]["$ref"],
            "#/components/schemas/UserResponse"
        );
    }

    #[test]
    fn two_types_of_one_name() {
        let mut schemas = Schemas::default();
        schemas.response(SchemaOf::of::<User>());
        schemas.response(SchemaOf::of::<other::User>());
        let published = schemas.publish();
        let names: Vec<&String> = published.components.keys().collect();
        assert_eq!(names, ["OtherUser", "User"]);
    }
}

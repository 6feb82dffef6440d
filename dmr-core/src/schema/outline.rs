//! What the error texts have to know of a schema, worked out when it is compiled.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::{EndlessUnion, add_branches, resolve};

/// A schema whose references are resolved, and whose unions are merged.
#[derive(Debug)]
pub(super) struct Outline(Vec<Node>);

/// The schema of one value.
#[derive(Debug, Default)]
pub(super) struct Node {
    properties: BTreeMap<String, Property>,
    /// The members of a map.
    members: Option<NodeId>,
    /// The items of arrays, one entry for each alternative that is one: the first ones, then all others.
    items: Vec<(Vec<NodeId>, Option<NodeId>)>,
    /// The types, in the words of the error texts.
    pub(super) types: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy)]
struct NodeId(usize);

/// A property: its place in the object, and its schema.
#[derive(Debug)]
struct Property {
    position: usize,
    node: NodeId,
}

impl Outline {
    /// # Errors
    ///
    /// A union is a variant of itself.
    pub(super) fn new(root: &Value) -> Result<Self, EndlessUnion> {
        let mut builder = Builder {
            root,
            nodes: Vec::new(),
            known: HashMap::new(),
        };
        builder.node(root)?;
        Ok(Self(builder.nodes))
    }

    pub(super) fn root(&self) -> Option<&Node> {
        self.0.first()
    }

    /// Where a property stands in its object, and its schema. A member of a map stands behind all others.
    pub(super) fn property(&self, node: Option<&Node>, name: &str) -> (usize, Option<&Node>) {
        let Some(node) = node else {
            return (usize::MAX, None);
        };
        match node.properties.get(name) {
            Some(property) => (property.position, self.get(Some(property.node))),
            None => (usize::MAX, self.get(node.members)),
        }
    }

    /// The schema of an item.
    pub(super) fn item(&self, node: Option<&Node>, index: usize) -> Option<&Node> {
        let item = node?
            .items
            .iter()
            .find_map(|(first, others)| first.get(index).copied().or(*others));
        self.get(item)
    }

    fn get(&self, id: Option<NodeId>) -> Option<&Node> {
        self.0.get(id?.0)
    }
}

struct Builder<'s> {
    root: &'s Value,
    nodes: Vec<Node>,
    /// The nodes of schemas, by address: types may contain themselves.
    known: HashMap<*const Value, NodeId>,
}

impl<'s> Builder<'s> {
    fn node(&mut self, schema: &'s Value) -> Result<NodeId, EndlessUnion> {
        let schema = resolve(self.root, schema);
        let id = NodeId(self.nodes.len());
        match self.known.entry(schema) {
            Entry::Occupied(known) => return Ok(*known.get()),
            Entry::Vacant(new) => new.insert(id),
        };
        self.nodes.push(Node::default());
        let mut node = Node::default();
        let mut alternatives = Vec::new();
        add_branches(self.root, schema, &mut Vec::new(), &mut alternatives)?;
        for alternative in alternatives {
            self.add(alternative, &mut node)?;
        }
        self.nodes[id.0] = node;
        Ok(id)
    }

    fn add(&mut self, schema: &'s Value, node: &mut Node) -> Result<(), EndlessUnion> {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (position, (name, property)) in properties.iter().enumerate() {
                if !node.properties.contains_key(name) {
                    let property = Property {
                        position,
                        node: self.node(property)?,
                    };
                    node.properties.insert(name.clone(), property);
                }
            }
        }
        if let (None, Some(members)) = (node.members, schema.get("additionalProperties")) {
            node.members = Some(self.node(members)?);
        }
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let first = first.into_iter().flatten().map(|item| self.node(item));
        let first = first.collect::<Result<Vec<NodeId>, _>>()?;
        let others = schema.get("items").map(|item| self.node(item));
        let others = others.transpose()?;
        if !first.is_empty() || others.is_some() {
            node.items.push((first, others));
        }
        for name in type_words(schema) {
            if !node.types.contains(&name) {
                node.types.push(name);
            }
        }
        Ok(())
    }
}

/// What a schema expects, in the words of the error texts.
fn type_words(schema: &Value) -> Vec<&'static str> {
    let words = |name: &Value| match name.as_str() {
        Some("integer") => Some("int"),
        Some("number") => Some("float"),
        Some("string") => Some("str"),
        Some("boolean") => Some("bool"),
        Some("null") => Some("null"),
        Some("object") => Some("object"),
        Some("array") => Some("array"),
        _ => None,
    };
    match (schema.get("type"), schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(names)), ..) => names.iter().filter_map(words).collect(),
        (Some(name), ..) => words(name).into_iter().collect(),
        (_, Some(Value::Array(options)), _) => options.iter().map(word).collect(),
        (.., Some(constant)) => vec![word(constant)],
        _ => Vec::new(),
    }
}

/// What a value is, in the words of the error texts.
pub(super) fn word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

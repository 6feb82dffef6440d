//! The parts of an endpoint that only the document shows.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::metadata::Draft;
use super::offers::format_names;
use super::operation_id::{operation_id, operation_id_of_format};
use crate::component::{BodyDescription, FilesDescription};
use crate::openapi::{Location, Parameter};
use crate::options::Levels;
use crate::path_template::PathTemplate;

/// The data of an Operation Object of OpenAPI.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) summary: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) tags: Vec<Cow<'static, str>>,
    pub(crate) deprecated: bool,
    pub(crate) hidden: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) bodies: Vec<BodyDescription>,
    pub(crate) files: Option<FilesDescription>,
    pub(crate) external_docs: Option<Value>,
    pub(crate) callbacks: Option<Value>,
    pub(crate) servers: Vec<Cow<'static, str>>,
}

impl Operation {
    pub(super) fn resolve(
        draft: &mut Draft,
        levels: &Levels<'_>,
        controller: &str,
        path: &PathTemplate,
    ) -> Self {
        let texts = std::mem::take(&mut draft.options.texts);
        let (summary, description) = match (texts.summary, texts.description) {
            (None, None) => split_docs(draft.docs),
            explicit => explicit,
        };
        Self {
            id: match texts.operation_id {
                Some(id) => operation_id_of_format(&id, draft.choice.path()),
                None => operation_id(draft.verb, controller, &path.plain()),
            },
            summary,
            description,
            tags: levels.list(|level| &level.tags),
            deprecated: levels.first(|level| level.deprecated).unwrap_or(false),
            hidden: levels
                .first(|level| level.ignore_from_spec)
                .unwrap_or(false),
            parameters: parameters(draft, path),
            bodies: std::mem::take(&mut draft.components.bodies),
            files: draft.components.files.take(),
            external_docs: texts.external_docs,
            callbacks: texts.callbacks,
            servers: texts.servers,
        }
    }
}

/// The parameters of the components, of a path that no component reads, and of the choice of a
/// format.
fn parameters(draft: &mut Draft, path: &PathTemplate) -> Vec<Parameter> {
    let mut parameters = std::mem::take(&mut draft.components.parameters);
    let in_path = |parameter: &Parameter| parameter.location == Location::Path;
    if !parameters.iter().any(in_path) {
        let text = json!({"type": "string"});
        let unread = path.names();
        let unread = unread.map(|name| Parameter::new(name, &text, Location::Path));
        parameters.splice(0..0, unread);
    }
    for parameter in parameters.iter_mut().filter(|one| in_path(one)) {
        if let Some(pattern) = path.pattern_of(parameter.name()) {
            parameter.restrict(pattern);
        }
    }
    if let Some(parameter) = draft.choice.parameter() {
        let names = format_names(&draft.formats, draft.value, &draft.renderers);
        let schema = json!({"type": "string", "enum": names});
        parameters.push(Parameter::optional(parameter, &schema, Location::Query));
    }
    parameters
}

type Text = Option<Cow<'static, str>>;

/// Splits a doc comment into its first paragraph and the rest.
fn split_docs(docs: &'static str) -> (Text, Text) {
    let docs = docs.trim();
    let (summary, description) = docs.split_once("\n\n").unwrap_or((docs, ""));
    let text = |text: &'static str| {
        let text = text.trim();
        (!text.is_empty()).then_some(Cow::Borrowed(text))
    };
    (text(summary), text(description))
}

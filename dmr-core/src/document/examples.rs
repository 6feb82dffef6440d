//! The examples of the responses, as they would be written.

use serde_json::Value;

use crate::endpoint::Metadata;
use crate::format::{EventKind, FormatInfo};
use crate::openapi::ExampleObject;
use crate::response::{
    DeclaredContent, DeclaredModel, DeclaredResponse, Example, ExampleContent, Sent,
};
use crate::schema::Context;

/// The name of the example that a type gives.
const OF_TYPE: &str = "items";

/// An example that the document cannot show.
type Problem = String;

/// Notes the examples of an endpoint that do not match their response.
pub(super) fn check(metadata: &Metadata, errors: &mut Vec<String>) {
    for spec in &metadata.declaration.responses {
        for (position, example) in spec.examples.iter().enumerate() {
            let mut earlier = spec.examples[..position].iter();
            let problem = match earlier.any(|other| other.name == example.name) {
                true => Some("another example has the name".to_owned()),
                false => problem(metadata, spec, example),
            };
            errors.extend(problem.map(|problem| {
                format!(
                    "{}: the example `{}` of the response {}: {problem}",
                    metadata.name(),
                    example.name,
                    spec.status.as_str()
                )
            }));
        }
    }
}

fn problem(metadata: &Metadata, spec: &DeclaredResponse, example: &Example) -> Option<Problem> {
    match (&example.content, &spec.content) {
        (_, DeclaredContent::File(_)) => Some("a file has no examples".to_owned()),
        (ExampleContent::Value(_), DeclaredContent::Stream { value: None, .. }) => {
            Some("the response is a stream: write `Example::events(name, [event, …])`".to_owned())
        }
        (
            ExampleContent::Value(body),
            DeclaredContent::Stream {
                value: Some(model), ..
            },
        ) => of_value(metadata, model, body, None).err(),
        (ExampleContent::Value(body), DeclaredContent::Value(model)) => {
            of_value(metadata, model, body, None).err()
        }
        // It is shown in the media types whose schema it matches.
        (ExampleContent::Value(body), DeclaredContent::ByMediaType(models)) => {
            let mut shown = models
                .iter()
                .map(|(media_type, model)| of_value(metadata, model, body, Some(media_type)).err());
            let first = shown.next()??;
            shown.all(|problem| problem.is_some()).then_some(first)
        }
        (ExampleContent::Events(events), DeclaredContent::Stream { item, formats, .. }) => {
            let mut problems = formats
                .iter()
                .map(|format| of_events(item, format, events).err());
            problems.find_map(|problem| problem)
        }
        (ExampleContent::Events(_), _) => {
            Some("the response is not a stream: write `Example::new(name, body)`".to_owned())
        }
    }
}

/// The examples of a response in one media type.
pub(super) fn shown(
    metadata: &Metadata,
    spec: &DeclaredResponse,
    media_type: &str,
) -> Vec<(String, ExampleObject)> {
    let examples = spec.examples.iter();
    let explicit = examples.filter_map(|example| {
        let shown = match (&example.content, &spec.content) {
            (ExampleContent::Events(events), DeclaredContent::Stream { item, formats, .. }) => {
                let mut formats = formats.iter();
                let format = formats.find(|format| format.media_type == media_type)?;
                of_events(item, format, events).ok()??
            }
            (ExampleContent::Value(body), content) => {
                let model = value_model(content, media_type)?;
                of_value(metadata, model, body, Some(media_type)).ok()?
            }
            (ExampleContent::Events(_), _) => return None,
        };
        let object = ExampleObject {
            summary: example.summary.as_deref().map(str::to_owned),
            description: example.description.as_deref().map(str::to_owned),
            ..shown
        };
        Some((example.name.clone().into_owned(), object))
    });
    let explicit: Vec<_> = explicit.collect();
    match (&spec.content, explicit.is_empty()) {
        (DeclaredContent::Stream { item, formats, .. }, true) => {
            let mut formats = formats.iter();
            let format = formats.find(|format| format.media_type == media_type);
            let shown = format.and_then(|format| of_type(item, format));
            shown
                .map(|shown| (OF_TYPE.to_owned(), shown))
                .into_iter()
                .collect()
        }
        _ => explicit,
    }
}

/// The model of a value in this media type.
fn value_model<'d>(content: &'d DeclaredContent, media_type: &str) -> Option<&'d DeclaredModel> {
    match content {
        DeclaredContent::Value(model) => Some(model),
        DeclaredContent::ByMediaType(models) => {
            let mut models = models.iter();
            Some(&models.find(|(known, _)| known == media_type)?.1)
        }
        DeclaredContent::Stream { formats, value, .. } => {
            let is_stream = formats.iter().any(|format| format.media_type == media_type);
            value.as_deref().filter(|_| !is_stream)
        }
        DeclaredContent::File(_) => None,
    }
}

/// A body: its data, and its text, unless that is JSON.
fn of_value(
    metadata: &Metadata,
    model: &DeclaredModel,
    body: &Sent,
    media_type: Option<&str>,
) -> Result<ExampleObject, Problem> {
    let data = valid(model, body)?;
    let mut renderers = metadata.renderers.iter();
    let renderer = renderers.find(|renderer| media_type == Some(renderer.media_type()));
    let renderer = renderer.filter(|renderer| !is_json(renderer.media_type()));
    let text = renderer.and_then(|renderer| {
        let mut text = Vec::new();
        renderer.render_erased(&**body, &mut text).ok()?;
        String::from_utf8(text).ok()
    });
    Ok(ExampleObject {
        data_value: Some(data),
        serialized_value: text,
        ..ExampleObject::default()
    })
}

/// Events: the text of their stream, or its data if the stream is one JSON document.
fn of_events(
    item: &DeclaredModel,
    format: &FormatInfo,
    events: &[Sent],
) -> Result<Option<ExampleObject>, Problem> {
    for event in events {
        valid(item, event)?;
    }
    let events: Vec<&dyn erased_serde::Serialize> =
        events.iter().map(|event| &**event as _).collect();
    let text = (format.write)(&events).map_err(|error| error.to_string())?;
    Ok(text.map(|text| stream(format.media_type, text)))
}

/// The events of the type itself, one after the other.
fn of_type(item: &DeclaredModel, format: &FormatInfo) -> Option<ExampleObject> {
    let text = format.example(item.validator.document(), item.schema())?;
    Some(stream(format.media_type, text))
}

/// The example that the type of the items of a request body gives.
pub(super) fn of_items(media_type: &str, text: &str) -> (String, ExampleObject) {
    (OF_TYPE.to_owned(), stream(media_type, text.to_owned()))
}

fn stream(media_type: &str, text: String) -> ExampleObject {
    let data = match is_json(media_type) {
        true => serde_json::from_str(&text).ok(),
        false => None,
    };
    ExampleObject {
        serialized_value: data.is_none().then_some(text),
        data_value: data,
        ..ExampleObject::default()
    }
}

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.ends_with("+json")
}

/// The JSON of a body or an event that matches its schema.
fn valid(model: &DeclaredModel, sent: &Sent) -> Result<Value, Problem> {
    let value = serde_json::to_value(sent).map_err(|error| error.to_string())?;
    if EventKind::of(&**sent).is_raw() {
        return Ok(value);
    }
    let problems = model.validator.errors(&value, Context::response(false));
    match problems.first() {
        None => Ok(value),
        Some(problem) => Err(problem.msg.clone()),
    }
}

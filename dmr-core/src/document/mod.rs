//! The OpenAPI document, built from the same metadata that answers requests.

mod examples;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::component::{FilesDescription, ItemsDescription};
use crate::endpoint::{self, Metadata};
use crate::format::FormatInfo;
use crate::openapi::{
    ComponentsObject, Document, HeaderObject, Info, MediaTypeObject, OperationObject, Parameter,
    PathItem, PathItemTexts, RequestBodyObject, ResponseObject, SecurityScheme, ServerObject,
};
use crate::path_template::PathTemplate;
use crate::response::{
    CookieSpec, DeclaredContent, DeclaredModel, DeclaredResponse, HeaderSpec, has_content,
};
use crate::schema::{Published, Schemas, branches, list_items, visible_events};
use crate::settings::OpenApi;

/// The version of the specification that the document follows.
const VERSION: &str = "3.2.0";

/// Builds the document. Its problems are added to `errors`.
pub(crate) fn document<'e>(
    config: &OpenApi,
    routes: impl Iterator<Item = (&'e PathTemplate, &'e PathItemTexts, Vec<&'e Metadata>)>,
    schemas: Schemas,
    errors: &mut Vec<String>,
) -> Bytes {
    let published = schemas.publish();
    errors.extend_from_slice(&published.conflicts);
    let mut paths = Paths::default();
    for (path, texts, endpoints) in routes {
        paths.add(path, texts, endpoints, &published, errors);
    }
    let servers = config.servers.iter().map(|url| ServerObject { url });
    let document = Document {
        info: Info {
            title: &config.title,
            version: &config.version,
            description: config.description.as_deref(),
        },
        openapi: VERSION,
        servers: servers.collect(),
        paths: paths.items,
        components: ComponentsObject {
            schemas: &published.components,
            security_schemes: paths.security_schemes,
        },
    };
    match serde_json::to_vec(&document) {
        Ok(json) => Bytes::from(json),
        Err(error) => {
            errors.push(format!("the OpenAPI document cannot be written: {error}"));
            Bytes::new()
        }
    }
}

/// The document with the path below which it is served as its server.
pub(crate) fn with_server(document: &Bytes, mounted_below: &str) -> Bytes {
    let Some(members) = document.strip_suffix(b"}") else {
        return document.clone();
    };
    let servers = json!([{"url": mounted_below}]);
    let mut json = members.to_vec();
    json.extend_from_slice(format!(",\"servers\":{servers}}}").as_bytes());
    json.into()
}

/// The paths so far, and the names that must be unique in the document.
#[derive(Default)]
struct Paths<'e> {
    items: Vec<(String, PathItem<'e>)>,
    /// The routes of the keys.
    keys: HashMap<String, &'e str>,
    operation_ids: HashSet<Cow<'e, str>>,
    security_schemes: BTreeMap<&'e str, &'e SecurityScheme>,
}

impl<'e> Paths<'e> {
    /// Adds a path, or two if whole responses and streams are shown separately.
    fn add(
        &mut self,
        path: &'e PathTemplate,
        texts: &'e PathItemTexts,
        endpoints: Vec<&'e Metadata>,
        published: &Published,
        errors: &mut Vec<String>,
    ) {
        let mut item = PathItem::new(texts);
        let mut streams = PathItem::new(texts);
        for metadata in &endpoints {
            examples::check(metadata, errors);
        }
        let endpoints = endpoints.into_iter();
        for metadata in endpoints.filter(|metadata| !metadata.operation.hidden) {
            for auth in &metadata.auth {
                let schemes = &mut self.security_schemes;
                add_scheme(schemes, &auth.scheme, metadata.name(), errors);
            }
            let mut operation = |shown| {
                let operation = operation(metadata, shown, published);
                if !self.operation_ids.insert(operation.operation_id.clone()) {
                    errors.push(format!(
                        "Operation ID '{}' is already registered: give {} another `operation_id`",
                        operation.operation_id,
                        metadata.name()
                    ));
                }
                operation
            };
            let formats = &metadata.offers.formats;
            let whole = formats.iter().filter(|format| format.is_whole()).count();
            let values = usize::from(metadata.offers.value.is_some());
            let both = (1..formats.len() + values).contains(&(whole + values));
            if metadata.batch_and_stream && both {
                item.set(metadata.verb, operation(Shown::Batch));
                streams.set(metadata.verb, operation(Shown::Stream));
            } else {
                item.set(metadata.verb, operation(Shown::Everything));
            }
        }
        let plain = path.plain();
        let fragment = format!("{plain}#stream");
        let items = [(plain, item), (fragment, streams)];
        for (key, item) in items.into_iter().filter(|(_, item)| !item.is_empty()) {
            let path = path.as_str();
            // Two routes for one path are an error of the router.
            let earlier = self.keys.insert(key.clone(), path);
            if let Some(earlier) = earlier.filter(|earlier| *earlier != path) {
                errors.push(format!(
                    "the routes {earlier} and {path} are both {key} in the document: give a parameter \
                     another name, or leave one route out with `ignore_from_spec`"
                ));
            }
            self.items.push((key, item));
        }
    }
}

/// The stream formats that an operation shows.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Everything,
    /// The formats that are sent as a whole.
    Batch,
    /// The formats that are streamed.
    Stream,
}

fn add_scheme<'e>(
    schemes: &mut BTreeMap<&'e str, &'e SecurityScheme>,
    scheme: &'e SecurityScheme,
    endpoint: &str,
    errors: &mut Vec<String>,
) {
    let name = scheme.name();
    match schemes.get(name) {
        Some(known) if *known != scheme => errors.push(format!(
            "{endpoint}: two security schemes have the name `{name}`"
        )),
        _ => {
            schemes.insert(name, scheme);
        }
    }
}

fn operation<'e>(
    metadata: &'e Metadata,
    shown: Shown,
    published: &Published,
) -> OperationObject<'e> {
    let operation = &metadata.operation;
    let responses = metadata.declaration.responses.iter();
    OperationObject {
        tags: &operation.tags,
        summary: operation.summary.as_deref(),
        description: operation.description.as_deref(),
        external_docs: operation.external_docs.as_ref(),
        operation_id: match shown {
            Shown::Stream => format!("{}Stream", operation.id).into(),
            _ => operation.id.as_str().into(),
        },
        parameters: parameters(&operation.parameters, published),
        request_body: request_body(operation, published),
        responses: responses
            .map(|spec| {
                (
                    spec.status.as_str().to_owned(),
                    response(metadata, spec, shown, published),
                )
            })
            .collect(),
        callbacks: operation.callbacks.as_ref(),
        deprecated: operation.deprecated,
        security: metadata
            .auth
            .iter()
            .map(|auth| BTreeMap::from([(auth.scheme.name(), [])]))
            // The empty requirement makes security optional.
            .chain(metadata.auth_is_optional.then(BTreeMap::new))
            .collect(),
        servers: operation
            .servers
            .iter()
            .map(|url| ServerObject { url })
            .collect(),
    }
}

/// The parameters, with the published names of the components in their schemas.
fn parameters(parameters: &[Parameter], published: &Published) -> Vec<Parameter> {
    let mut parameters = parameters.to_vec();
    for parameter in &mut parameters {
        published.requests.publish(parameter.schema_mut());
    }
    parameters
}

fn request_body(
    operation: &endpoint::Operation,
    published: &Published,
) -> Option<RequestBodyObject> {
    let files = operation.files.as_ref();
    let mut descriptions: Vec<&str> = Vec::new();
    let mut content: Vec<(&'static str, MediaTypeObject)> = Vec::new();
    for body in &operation.bodies {
        descriptions.extend(body.description.as_deref());
        for media_type in &body.media_types {
            let mut described = match files {
                Some(files) if *media_type == MULTIPART => files_and(files, Some(&body.schema)),
                _ => match &body.items {
                    Some(items) => items_of(items, media_type),
                    None => MediaTypeObject::of(body.schema.clone()),
                },
            };
            described
                .schemas()
                .for_each(|schema| published.requests.publish(schema));
            content.push((*media_type, described));
        }
    }
    if let Some(files) = files {
        descriptions.extend(files.description.as_deref());
        if operation.bodies.is_empty() {
            let mut described = files_and(files, None);
            described
                .schemas()
                .for_each(|schema| published.requests.publish(schema));
            content.push((MULTIPART, described));
        }
    }
    (!content.is_empty()).then(|| RequestBodyObject {
        description: (!descriptions.is_empty()).then(|| descriptions.join(" ")),
        content,
        required: files.is_some() || operation.bodies.iter().any(|body| !body.is_optional),
    })
}

fn items_of(items: &ItemsDescription, media_type: &str) -> MediaTypeObject {
    let mut described = MediaTypeObject::of_stream(items.schema.clone());
    let example = items.example.iter();
    described.examples = example
        .map(|text| examples::of_items(media_type, text))
        .collect();
    described
}

const MULTIPART: &str = "multipart/form-data";

/// A form with files, each a binary string, and the fields of a body.
fn files_and(files: &FilesDescription, body: Option<&Value>) -> MediaTypeObject {
    let binary = json!({"type": "string", "format": "binary"});
    let mut schema = files.validator.schema().clone();
    let document = files.validator.document();
    let mut encoding = Map::new();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            let items = list_items(document, property);
            let types = content_types(document, items.unwrap_or(property));
            if !types.is_empty() {
                encoding.insert(name.clone(), json!({"contentType": types.join(", ")}));
            }
            *property = match items {
                Some(_) => json!({"type": "array", "items": binary}),
                None => binary.clone(),
            };
        }
    }
    let schema = match body {
        Some(body) => json!({"allOf": [schema, body]}),
        None => schema,
    };
    let mut media_type = MediaTypeObject::of(schema);
    media_type.encoding = encoding;
    media_type
}

/// The content types to which the metadata of a file is restricted.
fn content_types(root: &Value, file: &Value) -> Vec<String> {
    let mut types = Vec::new();
    for file in branches(root, file) {
        let content_type = file
            .get("properties")
            .and_then(|properties| properties.get("content_type"));
        for schema in content_type
            .into_iter()
            .flat_map(|schema| branches(root, schema))
        {
            let several = schema.get("enum").and_then(Value::as_array);
            let names = several.into_iter().flatten().chain(schema.get("const"));
            types.extend(names.filter_map(Value::as_str).map(str::to_owned));
        }
    }
    types
}

fn response<'e>(
    metadata: &'e Metadata,
    spec: &'e DeclaredResponse,
    shown: Shown,
    published: &Published,
) -> ResponseObject<'e> {
    let mut content = content(metadata, spec, shown, published);
    if let Some(allowed) = &spec.media_types {
        content.retain(|(media_type, _)| allowed.iter().any(|allowed| allowed == media_type));
    }
    for (media_type, described) in &mut content {
        described.examples = examples::shown(metadata, spec, media_type);
    }
    let may_be_empty = !metadata.sends_null(spec.status) && spec.may_be_null();
    let headers = spec.headers.iter().map(|header| {
        let schema = published_schema(&header.value.schema, published);
        (
            Cow::Borrowed(&*header.written),
            header_object(&header.spec, schema),
        )
    });
    let cookies = spec.cookies.iter().map(|cookie| {
        let schema = published_schema(&cookie.value.schema, published);
        let name = format!("Set-Cookie: {}", cookie.name);
        (
            Cow::Owned(name),
            cookie_header(&cookie.name, &cookie.spec, schema),
        )
    });
    ResponseObject {
        description: match may_be_empty {
            true => Cow::Owned(of_empty_body(&spec.description)),
            false => Cow::Borrowed(&spec.description),
        },
        headers: headers.chain(cookies).collect(),
        content,
        links: spec.links.as_ref(),
    }
}

/// The description of a response whose body is empty in place of `null`.
fn of_empty_body(description: &str) -> String {
    let sentence = description.trim_end().trim_end_matches('.');
    format!("{sentence}. Without a value, the body is empty.")
}

/// The body of a response in each media type.
fn content<'e>(
    metadata: &'e Metadata,
    spec: &'e DeclaredResponse,
    shown: Shown,
    published: &Published,
) -> Vec<(&'e str, MediaTypeObject)> {
    if !has_content(spec.status) {
        return Vec::new();
    }
    let sends_null = metadata.sends_null(spec.status);
    let of = |model: &DeclaredModel| {
        let schema = match sends_null {
            true => model.schema(),
            false => model.schema_without_null(),
        };
        MediaTypeObject::of(published_schema(schema, published))
    };
    let rendered = |model: &DeclaredModel| {
        let renderers = metadata.renderers.iter();
        let renderers = renderers.filter(|renderer| metadata.writes(renderer, spec.status));
        let media_types = renderers.map(|renderer| (renderer.media_type(), of(model)));
        media_types.collect::<Vec<_>>()
    };
    match &spec.content {
        DeclaredContent::Stream {
            formats,
            item,
            error,
            value,
        } => {
            let described = |format: &FormatInfo| {
                let error = error.as_ref().map(|error| error.schema().clone());
                let schema = {
                    let item = visible_events(item.validator.document(), item.schema());
                    (format.describe)(item, error)
                };
                let mut described = MediaTypeObject::of_stream(schema);
                described
                    .schemas()
                    .for_each(|schema| published.responses.publish(schema));
                (format.media_type, described)
            };
            let mut streams: Vec<_> = formats.iter().map(described).collect();
            streams.retain(|(_, described)| match shown {
                Shown::Everything => true,
                Shown::Batch => described.is_whole(),
                Shown::Stream => !described.is_whole(),
            });
            let value = value.as_ref().filter(|_| shown != Shown::Stream);
            let mut content = value.map_or_else(Vec::new, |value| rendered(value));
            content.extend(streams);
            content
        }
        DeclaredContent::File(media_type) => {
            let binary = json!({"type": "string", "format": "binary"});
            vec![(media_type, MediaTypeObject::of(binary))]
        }
        DeclaredContent::ByMediaType(models) => {
            let models = models.iter();
            models
                .map(|(media_type, model)| (&**media_type, of(model)))
                .collect()
        }
        DeclaredContent::Value(model) => rendered(model),
    }
}

/// A schema of a response with the published names, and without dmr's own keywords.
fn published_schema(schema: &Value, published: &Published) -> Value {
    let mut schema = schema.clone();
    published.responses.publish(&mut schema);
    schema
}

fn header_object(spec: &HeaderSpec, schema: Value) -> HeaderObject<'_> {
    HeaderObject {
        description: spec.description.as_deref(),
        required: spec.required && !spec.skip_validation,
        deprecated: spec.deprecated,
        schema,
        example: spec.example.as_ref(),
    }
}

/// The header that sets a cookie.
fn cookie_header<'e>(name: &str, spec: &'e CookieSpec, mut schema: Value) -> HeaderObject<'e> {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("example".to_owned(), format!("{name}=123").into());
    }
    HeaderObject {
        description: spec.description.as_deref(),
        required: spec.required && !spec.skip_validation,
        deprecated: false,
        schema,
        example: None,
    }
}

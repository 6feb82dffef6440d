//! From the metadata of all endpoints to the document.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;

use super::objects::{
    Components, Document, Header, Info, MediaType, Operation, PathItem, Response, SecurityScheme,
};
use crate::endpoint::Metadata;
use crate::response::DeclaredResponse;
use crate::schema::{Published, Schemas, rename_references};
use crate::settings::OpenApi;

/// The version of the specification that the document follows.
const VERSION: &str = "3.2.0";

/// Builds the document once. What is wrong with it is added to `errors`.
pub(crate) fn document<'e>(
    config: &OpenApi,
    endpoints: impl Iterator<Item = (&'e str, &'e Metadata)>,
    schemas: Schemas,
    errors: &mut Vec<String>,
) -> Bytes {
    let published = schemas.publish();
    for name in &published.conflicts {
        errors.push(format!("Different schemas under a single name: {name}"));
    }
    let mut paths: Vec<(&str, PathItem<'_>)> = Vec::new();
    let mut security_schemes = BTreeMap::new();
    let mut ids = HashSet::new();
    for (path, metadata) in endpoints {
        let id = &metadata.operation.id;
        if !ids.insert(id) {
            errors.push(format!(
                "Operation ID '{id}' is already registered: give {} another `operation_id`",
                metadata.name
            ));
        }
        for auth in &metadata.auth {
            add_scheme(&mut security_schemes, &auth.scheme, &metadata.name, errors);
        }
        let item = match paths.iter_mut().position(|(known, _)| *known == path) {
            Some(known) => &mut paths[known].1,
            None => {
                paths.push((path, PathItem::default()));
                let last = paths.len() - 1;
                &mut paths[last].1
            }
        };
        item.set(metadata.verb, operation(metadata, &published));
    }
    let document = Document {
        info: Info {
            title: &config.title,
            version: &config.version,
            description: config.description.as_deref(),
        },
        openapi: VERSION,
        paths,
        components: Components {
            schemas: &published.components,
            security_schemes,
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

fn operation<'e>(metadata: &'e Metadata, published: &Published) -> Operation<'e> {
    let operation = &metadata.operation;
    let responses = metadata.declared.iter();
    Operation {
        tags: &operation.tags,
        summary: operation.summary.as_deref(),
        description: operation.description.as_deref(),
        operation_id: &operation.id,
        parameters: &operation.parameters,
        responses: responses
            .map(|spec| {
                (
                    spec.status.as_str().to_owned(),
                    response(metadata, spec, published),
                )
            })
            .collect(),
        deprecated: operation.deprecated,
        security: metadata
            .auth
            .iter()
            .map(|auth| BTreeMap::from([(auth.scheme.name(), [])]))
            .collect(),
    }
}

fn response<'e>(
    metadata: &'e Metadata,
    spec: &'e DeclaredResponse,
    published: &Published,
) -> Response<'e> {
    let mut schema = spec.schema.clone();
    rename_references(&mut schema, &published.renames);
    let ordinary = metadata.offers.iter().filter(|offer| !offer.stream);
    let content = match spec.stream {
        Some(media_type) => vec![(media_type, MediaType::of_items(schema))],
        None => ordinary
            .map(|offer| (offer.media_type, MediaType::of(schema.clone())))
            .collect(),
    };
    let headers = spec.headers.iter();
    Response {
        description: &spec.description,
        headers: headers
            .map(|(_, written, header)| (written.as_ref(), Header::of(header)))
            .collect(),
        content,
    }
}

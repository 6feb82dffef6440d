//! What the components of an endpoint say of themselves.

use std::any::TypeId;

use schemars::JsonSchema;
use serde_json::Value;

use super::body::PreparedBody;
use super::body_model::BodyModel;
use super::body_stream::PreparedItems;
use super::files::PreparedFiles;
use super::{Limits, Model, TextModel, path};
use crate::openapi::{Location, Parameter};
use crate::response::ResponseSpec;
use crate::schema::{Context, Schemas, Validator};
use crate::serializer::{AnyParser, SerdeJson};
use crate::settings::Settings;
use crate::stream::decode::{Decoder, ItemFormat};

/// Collects what a [`Component`](super::Component) says of itself while the application is built.
#[derive(Debug)]
pub struct Description<'s> {
    schemas: &'s mut Schemas,
    settings: &'s Settings,
    endpoint: &'s DescribedEndpoint<'s>,
    described: Described,
}

/// What is known of the endpoint whose components are asked.
#[derive(Debug)]
pub(crate) struct DescribedEndpoint<'s> {
    pub(crate) path: &'s str,
    /// The field of the query that chooses the format of the stream, if one does.
    pub(crate) format_parameter: Option<&'s str>,
    pub(crate) parsers: Vec<AnyParser>,
    pub(crate) limits: Limits,
}

/// What all components of an endpoint have said.
#[derive(Debug, Default)]
pub(crate) struct Described {
    pub(crate) parameters: Vec<Parameter>,
    /// Whether there is a component that a request can get wrong.
    pub(crate) can_be_invalid: bool,
    pub(crate) principals: Vec<(TypeId, &'static str)>,
    pub(crate) bodies: Vec<DescribedBody>,
    pub(crate) files: Option<DescribedFiles>,
    /// Responses that the components give.
    pub(crate) responses: Vec<ResponseSpec>,
    pub(crate) errors: Vec<String>,
}

/// A model of a body, in one media type or more.
#[derive(Debug)]
pub(crate) struct DescribedBody {
    pub(crate) media_types: Vec<&'static str>,
    /// Of the body, or of each of its items.
    pub(crate) schema: Value,
    pub(crate) is_items: bool,
    pub(crate) description: Option<String>,
}

/// The files of a body.
#[derive(Debug)]
pub(crate) struct DescribedFiles {
    pub(crate) schema: Value,
    /// The schema with what it refers to.
    pub(crate) root: Value,
    pub(crate) description: Option<String>,
}

impl<'s> Description<'s> {
    pub(crate) fn new(
        schemas: &'s mut Schemas,
        settings: &'s Settings,
        endpoint: &'s DescribedEndpoint<'s>,
    ) -> Self {
        Self {
            schemas,
            settings,
            endpoint,
            described: Described {
                can_be_invalid: endpoint.format_parameter.is_some(),
                ..Described::default()
            },
        }
    }

    /// A model `T` that is read from text values: one parameter for each of its fields.
    pub(crate) fn text_model<T: JsonSchema>(&mut self, location: Location) -> Option<TextModel> {
        self.refuse_second(location);
        self.described.can_be_invalid = true;
        let schema = self.schemas.inline_request::<T>();
        let model = TextModel::new(&schema, self.schemas.requests(), self.context(location));
        if model.is_ok() {
            let parameters = Parameter::of_model(&schema, location);
            self.described.parameters.extend(parameters);
        }
        let model = self.checked::<T, _>(location.as_str(), model)?;
        if let Some(name) = self.endpoint.format_parameter
            && location == Location::Query
            && model.fields().iter().any(|field| field.name == name)
        {
            self.error(format!(
                "the query model `{}` has the field `{name}`, which chooses the format of the stream: rename one of them",
                T::schema_name()
            ));
        }
        Some(model)
    }

    /// The model of the path: a struct, or the value of the only parameter.
    pub(crate) fn path_model<T: JsonSchema>(&mut self) -> Option<TextModel> {
        let location = Location::Path;
        self.refuse_second(location);
        self.described.can_be_invalid = true;
        let names: Vec<&str> = path::names(self.endpoint.path).collect();
        let schema = self.schemas.inline_request::<T>();
        let context = self.context(location);
        let components = self.schemas.requests();
        let is_struct = schema.get("properties").is_some();
        let model = match names.as_slice() {
            [name] if !is_struct => {
                let model = TextModel::single(name, &schema, components, context);
                let parameter = Parameter::new(name, &schema, location);
                self.described.parameters.push(parameter);
                model
            }
            _ => {
                let model = TextModel::new(&schema, components, context);
                let parameters = Parameter::of_model(&schema, location);
                self.described.parameters.extend(parameters);
                model
            }
        };
        let model = self.checked::<T, _>(location.as_str(), model)?;
        let type_name = T::schema_name();
        for name in &names {
            if !model.fields().iter().any(|field| field.name == *name) {
                self.error(format!(
                    "the path has the parameter `{{{name}}}`, but the model `{type_name}` has no field `{name}`"
                ));
            }
        }
        for field in model.fields() {
            if !names.contains(&field.name.as_str()) {
                let name = &field.name;
                self.error(format!(
                    "the path model `{type_name}` has the field `{name}`, but the path {} has no `{{{name}}}`",
                    self.endpoint.path
                ));
            }
        }
        Some(model)
    }

    /// The model `T` of a body, as the parsers read it.
    pub(crate) fn body_model<T: Model>(&mut self, parsers: Vec<AnyParser>) -> PreparedBody {
        self.described.can_be_invalid = true;
        let schema = self.schemas.request::<T>();
        let context = Context::component("parsed_body", self.settings.error_locations);
        let model = BodyModel::new(&schema, self.schemas, context);
        let model = self.checked::<T, _>("body", model);
        let is_form = |parser: &AnyParser| !matches!(parser, AnyParser::Format(_));
        let form = if parsers.iter().any(is_form) {
            let schema = self.schemas.inline_request::<T>();
            let form = TextModel::new(&schema, self.schemas.requests(), context);
            self.checked::<T, _>("form", form)
        } else {
            None
        };
        let description = self.doc_of::<T>();
        self.described.bodies.push(DescribedBody {
            media_types: parsers.iter().map(AnyParser::media_type).collect(),
            schema,
            is_items: false,
            description,
        });
        PreparedBody {
            parsers,
            limits: self.endpoint.limits,
            model,
            form,
        }
    }

    /// The model `T` of the items of a body.
    pub(crate) fn items_model<T: Model, F: ItemFormat>(&mut self) -> PreparedItems {
        self.described.can_be_invalid = true;
        let schema = self.schemas.request::<T>();
        let context = Context::component("parsed_body", self.settings.error_locations);
        let (mut json, mut text) = (None, None);
        if F::Decoder::TEXT {
            let schema = self.schemas.inline_request::<T>();
            let model = TextModel::new(&schema, self.schemas.requests(), context);
            text = self.checked::<T, _>("item", model);
        } else {
            let model = BodyModel::new(&schema, self.schemas, context);
            json = self.checked::<T, _>("item", model);
        }
        let description = self.doc_of::<T>();
        self.described.bodies.push(DescribedBody {
            media_types: vec![F::MEDIA_TYPE],
            schema,
            is_items: true,
            description,
        });
        let limits = self.endpoint.limits;
        PreparedItems {
            json,
            parser: AnyParser::new(SerdeJson),
            text,
            max_item_size: limits.max_item_size,
            max_body_size: limits.max_upload_size,
        }
    }

    /// The model `T` of the files of a form.
    pub(crate) fn files_model<T: Model>(&mut self) -> PreparedFiles {
        self.described.can_be_invalid = true;
        if self.described.files.is_some() {
            self.error("two files components: put the files into one struct");
        }
        let parsers = self.endpoint.parsers.clone();
        if !parsers
            .iter()
            .any(|parser| matches!(parser, AnyParser::Multipart))
        {
            let found: Vec<&str> = parsers.iter().map(AnyParser::media_type).collect();
            self.error(format!(
                "`Files` requires at least one parser that can parse files, such as `Multipart`, found: [{}]",
                crate::response::list(&found)
            ));
        }
        let schema = self.schemas.inline_request::<T>();
        let validator = match schema.get("properties") {
            Some(_) => Validator::new(&schema, self.schemas.requests()),
            None => Err("it has to be a struct with named fields".to_owned()),
        };
        let validator = self.checked::<T, _>("files", validator);
        let description = self.doc_of::<T>();
        self.described.files = Some(DescribedFiles {
            description,
            root: validator
                .as_ref()
                .map_or(Value::Null, |validator| validator.root().clone()),
            schema,
        });
        let context = Context::component("parsed_file_metadata", self.settings.error_locations);
        PreparedFiles::new(parsers, self.endpoint.limits, validator, context)
    }

    /// The documentation of a type.
    fn doc_of<T: JsonSchema>(&mut self) -> Option<String> {
        let schema = self.schemas.inline_request::<T>();
        Some(schema.get("description")?.as_str()?.to_owned())
    }

    fn checked<T: JsonSchema, M>(&mut self, what: &str, model: Result<M, String>) -> Option<M> {
        let error = match model {
            Ok(model) => return Some(model),
            Err(error) => error,
        };
        self.error(format!("the {what} model `{}`: {error}", T::schema_name()));
        None
    }

    fn refuse_second(&mut self, location: Location) {
        let taken = |parameter: &Parameter| parameter.location == location;
        if self.described.parameters.iter().any(taken) {
            self.error(format!(
                "two {} components: put the fields into one struct",
                location.as_str()
            ));
        }
    }

    fn context(&self, location: Location) -> Context {
        Context {
            headers: location == Location::Header,
            ..Context::component(location.component(), self.settings.error_locations)
        }
    }

    /// Says that the endpoint needs an [`Auth`](crate::auth::Auth) that yields this type.
    pub(crate) fn principal(&mut self, id: TypeId, name: &'static str) {
        self.described.principals.push((id, name));
    }

    /// Says that requests can get the component wrong, so that a 400 is documented.
    pub fn can_be_invalid(&mut self) {
        self.described.can_be_invalid = true;
    }

    /// Documents a header that the component reads itself.
    pub fn header<T: JsonSchema>(&mut self, name: &str) {
        let schema = self.schemas.inline_request::<T>();
        let parameter = Parameter::optional(name, &schema, Location::Header);
        self.described.parameters.push(parameter);
    }

    /// Documents a response that the component gives, by failing with an [`Error`](crate::Error) of this status.
    pub fn response(&mut self, spec: ResponseSpec) {
        self.described.responses.push(spec);
    }

    /// Reports a mistake, which fails the build of the application.
    pub fn error(&mut self, text: impl Into<String>) {
        self.described.errors.push(text.into());
    }

    pub(crate) fn parsers(&self) -> &[AnyParser] {
        &self.endpoint.parsers
    }

    /// The field of the query that is not for its model.
    pub(crate) fn format_parameter(&self) -> Option<String> {
        self.endpoint.format_parameter.map(str::to_owned)
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.settings
    }

    pub(crate) fn finish(self) -> Described {
        self.described
    }
}

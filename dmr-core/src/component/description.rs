//! What the components of an endpoint say of themselves.

use std::any::TypeId;

use schemars::JsonSchema;
use serde_json::Value;

use crate::openapi::{Location, Parameter};
use crate::request::Limits;
use crate::response::ResponseSpec;
use crate::schema::{Context, SchemaOf, Schemas, Validator};
use crate::serializer::AnyParser;
use crate::text::TextModel;

/// Collects what a [`Component`](super::Component) says of itself while the application is built.
#[derive(Debug)]
pub struct Description<'s> {
    pub(super) schemas: &'s mut Schemas,
    pub(super) endpoint: &'s EndpointContext<'s>,
    pub(super) described: ComponentDescriptions,
}

/// What is known of the endpoint whose components are asked.
#[derive(Debug)]
pub(crate) struct EndpointContext<'s> {
    pub(crate) path: &'s str,
    /// The field of the query that chooses the format of the stream, if one does.
    pub(crate) format_parameter: Option<&'s str>,
    pub(crate) parsers: &'s [AnyParser],
    pub(crate) limits: Limits,
    pub(crate) max_query_fields: usize,
    /// Whether errors carry `loc`.
    pub(crate) error_locations: bool,
}

/// What all components of an endpoint have said.
#[derive(Debug, Default)]
pub(crate) struct ComponentDescriptions {
    pub(crate) parameters: Vec<Parameter>,
    /// Whether there is a component that a request can get wrong.
    pub(crate) can_be_invalid: bool,
    pub(crate) principals: Vec<(TypeId, &'static str)>,
    pub(crate) bodies: Vec<BodyDescription>,
    pub(crate) files: Option<FilesDescription>,
    /// Responses that the components give.
    pub(crate) responses: Vec<ResponseSpec>,
    pub(crate) errors: Vec<String>,
}

/// A model of a body, in one media type or more.
#[derive(Debug)]
pub(crate) struct BodyDescription {
    pub(crate) media_types: Vec<&'static str>,
    /// Of the body, or of each of its items.
    pub(crate) schema: Value,
    pub(crate) is_items: bool,
    pub(crate) description: Option<String>,
}

/// The files of a body.
#[derive(Debug)]
pub(crate) struct FilesDescription {
    pub(crate) validator: Validator,
    pub(crate) description: Option<String>,
}

/// A component cannot be prepared: its mistake has been [reported](Description::error), and the
/// application is not built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unbuildable(());

impl<'s> Description<'s> {
    pub(crate) fn new(schemas: &'s mut Schemas, endpoint: &'s EndpointContext<'s>) -> Self {
        Self {
            schemas,
            endpoint,
            described: ComponentDescriptions {
                can_be_invalid: endpoint.format_parameter.is_some(),
                ..ComponentDescriptions::default()
            },
        }
    }

    /// A model `T` that is read from names and texts: one parameter of the operation for each of
    /// its fields.
    ///
    /// The component gives the [`Pairs`](super::Pairs) of each request to the model.
    ///
    /// # Errors
    ///
    /// `T` is not a struct or a map, its schema is not supported, or there is another component of
    /// this location.
    pub fn text_model<T: JsonSchema>(
        &mut self,
        location: Location,
    ) -> Result<TextModel, Unbuildable> {
        self.text_model_of(SchemaOf::of::<T>(), location)
    }

    fn text_model_of(
        &mut self,
        of: SchemaOf,
        location: Location,
    ) -> Result<TextModel, Unbuildable> {
        self.refuse_second(location);
        self.described.can_be_invalid = true;
        let schema = self.schemas.inline_request(of);
        let context = self.context(location);
        let model = TextModel::new(&schema, self.schemas.requests(), context);
        let model = self.checked(location.as_str(), of, model)?;
        let parameters = Parameter::of_model(&schema, location);
        self.described.parameters.extend(parameters);
        if let Some(parameter) = self.endpoint.format_parameter
            && location == Location::Query
            && model.fields().iter().any(|field| field.name == parameter)
        {
            let name = of.name();
            self.error(format!(
                "the query model `{name}` has the field `{parameter}`, which chooses the format of the stream: rename one of them"
            ));
        }
        Ok(model)
    }

    /// Says that requests can get the component wrong, so that a 400 is documented.
    pub fn can_be_invalid(&mut self) {
        self.described.can_be_invalid = true;
    }

    /// Documents a header that the component reads itself.
    pub fn header<T: JsonSchema>(&mut self, name: &str) {
        let schema = self.schemas.inline_request(SchemaOf::of::<T>());
        let parameter = Parameter::optional(name, &schema, Location::Header);
        self.described.parameters.push(parameter);
    }

    /// Documents a response that the component gives, by failing with an [`Error`](crate::Error) of
    /// this status.
    pub fn response(&mut self, spec: ResponseSpec) {
        self.described.responses.push(spec);
    }

    /// Reports a mistake, which fails the build of the application. The result is for
    /// `return Err(…)`.
    pub fn error(&mut self, text: impl Into<String>) -> Unbuildable {
        self.described.errors.push(text.into());
        Unbuildable(())
    }

    /// How many fields a query may have.
    pub fn max_query_fields(&self) -> usize {
        self.endpoint.max_query_fields
    }

    /// The field of the query that chooses the format of a stream. It is not for the model of a
    /// query.
    pub fn format_parameter(&self) -> Option<&str> {
        self.endpoint.format_parameter
    }

    /// Says that the endpoint needs an [`Auth`](crate::auth::Auth) that yields this type.
    pub(super) fn principal(&mut self, id: TypeId, name: &'static str) {
        self.described.principals.push((id, name));
    }

    /// A model that could be made, or the report of what is wrong with it.
    pub(super) fn checked<M>(
        &mut self,
        what: &str,
        of: SchemaOf,
        model: Result<M, String>,
    ) -> Result<M, Unbuildable> {
        model.map_err(|error| self.error(format!("the {what} model `{}`: {error}", of.name())))
    }

    pub(super) fn refuse_second(&mut self, location: Location) {
        let taken = |parameter: &Parameter| parameter.location == location;
        if self.described.parameters.iter().any(taken) {
            self.error(format!(
                "two {} components: put the fields into one struct",
                location.as_str()
            ));
        }
    }

    pub(super) fn context(&self, location: Location) -> Context {
        Context {
            headers: location == Location::Header,
            ..self.component_context(location.component())
        }
    }

    pub(super) fn component_context(&self, component: &'static str) -> Context {
        Context::component(component, self.endpoint.error_locations)
    }

    pub(crate) fn into_descriptions(self) -> ComponentDescriptions {
        self.described
    }
}

/// The documentation of a type with this schema.
pub(super) fn documentation(schema: &Value) -> Option<String> {
    Some(schema.get("description")?.as_str()?.to_owned())
}

//! How the components of an endpoint describe themselves.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde_json::Value;

use super::{Model, readable};
use crate::format::StreamSchema;
use crate::openapi::{Location, Parameter};
use crate::path_template::PathTemplate;
use crate::request::Limits;
use crate::response::ResponseSpec;
use crate::schema::{Context, Readable, SchemaOf, Schemas, Validator};
use crate::serializer::AnyParser;
use crate::text::TextModel;

use super::depends::Dependencies;
use super::state::States;

/// The description of an endpoint's [`Component`](super::Component)s, collected while the
/// application is built.
#[derive(Debug)]
pub struct Description<'s> {
    pub(super) schemas: &'s mut Schemas,
    pub(super) endpoint: &'s EndpointContext<'s>,
    pub(super) described: ComponentDescriptions,
}

/// The endpoint whose components describe themselves.
pub(crate) struct EndpointContext<'s> {
    pub(crate) path: &'s PathTemplate,
    /// The query field that chooses the format of the stream, if there is one.
    pub(crate) format_parameter: Option<&'s str>,
    pub(crate) parsers: &'s [AnyParser],
    pub(crate) limits: Limits,
    pub(crate) max_query_fields: usize,
    /// Whether errors carry `loc`.
    pub(crate) error_locations: bool,
    /// Asks the controller for its state.
    pub(crate) provide_state: &'s dyn Fn(&mut States),
}

impl fmt::Debug for EndpointContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointContext")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// The descriptions of all components of an endpoint.
#[derive(Debug, Default)]
pub(crate) struct ComponentDescriptions {
    pub(crate) parameters: Vec<Parameter>,
    /// Whether a request can get a component wrong.
    pub(crate) can_be_invalid: bool,
    pub(crate) principals: Vec<(TypeId, &'static str)>,
    /// Whether the endpoint also serves requests without credentials.
    pub(crate) principal_is_optional: bool,
    /// The locations that a component describes on behalf of the method.
    locations: Vec<Location>,
    /// The locations of the models, their names, and whether they refuse unknown fields.
    models: Vec<(Location, Cow<'static, str>, bool)>,
    pub(super) dependencies: Dependencies,
    pub(crate) bodies: Vec<BodyDescription>,
    pub(crate) files: Option<FilesDescription>,
    /// Responses of the components themselves.
    pub(crate) responses: Vec<ResponseSpec>,
    /// Responses that dependencies declare, as the error type of a method does.
    pub(crate) errors_declared: Vec<ResponseSpec>,
    pub(crate) errors: Vec<String>,
}

/// A model of a body, in one or more media types.
#[derive(Debug)]
pub(crate) struct BodyDescription {
    pub(crate) media_types: Vec<&'static str>,
    /// The schema of the body.
    pub(crate) schema: Value,
    /// The description of a body that is read item by item.
    pub(crate) items: Option<ItemsDescription>,
    /// Whether the body may be missing.
    pub(crate) is_optional: bool,
    pub(crate) description: Option<String>,
}

/// The items of a body.
#[derive(Debug)]
pub(crate) struct ItemsDescription {
    pub(crate) schema: StreamSchema,
    /// The text of the items that their type gives as examples.
    pub(crate) example: Option<String>,
}

/// The files of a body.
#[derive(Debug)]
pub(crate) struct FilesDescription {
    pub(crate) validator: Validator,
    pub(crate) description: Option<String>,
}

/// The error of a component that cannot be prepared. Its mistake has been
/// [reported](Description::error), and the application is not built.
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

    /// Describes a model `T` that is read from pairs of name and text. Each of its fields is a
    /// parameter of the operation.
    ///
    /// The component passes the [`Pairs`](super::Pairs) of each request to the model.
    ///
    /// # Errors
    ///
    /// `T` is neither a struct nor a map, its schema is not supported, or another component has
    /// this location.
    pub fn text_model<T: Model>(&mut self, location: Location) -> Result<TextModel, Unbuildable> {
        self.text_model_of(readable::<T>(), location)
    }

    fn text_model_of(
        &mut self,
        readable: Readable,
        location: Location,
    ) -> Result<TextModel, Unbuildable> {
        let of = readable.schema;
        self.refuse_second(location);
        self.described.can_be_invalid = true;
        let schema = self.schemas.inline_request(of);
        let context = self.context(location);
        let model = TextModel::new(&schema, readable, self.schemas, context);
        let model = self.checked(location.as_str(), of, model)?;
        let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        self.refuse_closed(location, of.name(), closed);
        self.add_parameters(Parameter::of_model(&schema, location));
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

    /// Documents a 400: requests can get the component wrong.
    pub fn can_be_invalid(&mut self) {
        self.described.can_be_invalid = true;
    }

    /// Documents a header that the component itself reads.
    pub fn header<T: JsonSchema>(&mut self, name: &str) {
        let schema = self.schemas.inline_request(SchemaOf::of::<T>());
        let parameter = Parameter::optional(name, &schema, Location::Header);
        self.add_parameters([parameter]);
    }

    /// Documents a response that the component itself gives, by failing with an
    /// [`Error`](crate::Error) of this status.
    pub fn response(&mut self, spec: ResponseSpec) {
        self.described.responses.push(spec);
    }

    /// Reports a mistake. The application is then not built. The result is for `return Err(…)`.
    pub fn error(&mut self, text: impl Into<String>) -> Unbuildable {
        self.described.errors.push(text.into());
        Unbuildable(())
    }

    /// The greatest number of fields that a query may have.
    pub fn max_query_fields(&self) -> usize {
        self.endpoint.max_query_fields
    }

    /// The query field that chooses the format of a stream. It does not belong to the model of the
    /// query.
    pub fn format_parameter(&self) -> Option<&str> {
        self.endpoint.format_parameter
    }

    /// Requires that the [`Auth`](crate::auth::Auth)s of the endpoint yield this type.
    pub(super) fn principal(&mut self, id: TypeId, name: &'static str) {
        self.described.principals.push((id, name));
    }

    /// Lets requests without credentials in.
    pub(super) fn principal_is_optional(&mut self) {
        self.described.principal_is_optional = true;
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
        if self.is_in_dependency() {
            return;
        }
        if self.described.locations.contains(&location) {
            self.error(format!(
                "two {} components: put the fields into one struct",
                location.as_str()
            ));
        }
        self.described.locations.push(location);
    }

    /// Whether the component that describes itself belongs to a dependency. The method and its
    /// dependencies may each read a part of the same location.
    pub(super) fn is_in_dependency(&self) -> bool {
        self.described.dependencies.depth > 0
    }

    /// Refuses a model that allows no fields beside its own, if another model reads others.
    fn refuse_closed(&mut self, location: Location, name: Cow<'static, str>, closed: bool) {
        let mut others = self.described.models.iter();
        let other = others.find(|(at, other, is_closed)| {
            *at == location && *other != name && (closed || *is_closed)
        });
        if let Some((_, other, _)) = other {
            let (closed, other) = if closed {
                (&name, other)
            } else {
                (other, &name)
            };
            let text = format!(
                "the {} model `{closed}` refuses unknown fields, but `{other}` reads others: remove \
                 `deny_unknown_fields`",
                location.as_str()
            );
            self.error(text);
        }
        self.described.models.push((location, name, closed));
    }

    /// Adds parameters. One that the method and a dependency share is documented once.
    pub(super) fn add_parameters(&mut self, parameters: impl IntoIterator<Item = Parameter>) {
        for parameter in parameters {
            let mut known = self.described.parameters.iter_mut();
            let known = known.find(|known| known.is_same_field(&parameter));
            let merged = known.map(|known| known.merge(&parameter));
            if merged == Some(false) {
                let (location, name) = (parameter.location.as_str(), parameter.name());
                self.error(format!(
                    "two components read the {location} field `{name}`, with different schemas"
                ));
            }
            if merged.is_none() {
                self.described.parameters.push(parameter);
            }
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

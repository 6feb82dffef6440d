//! What the components of an endpoint say of themselves.

use std::any::TypeId;

use schemars::JsonSchema;

use super::TextModel;
use crate::openapi::{Location, Parameter};
use crate::schema::{Context, Schemas};
use crate::settings::Settings;

/// Collects what a [`Component`](super::Component) says of itself while the application is built.
#[derive(Debug)]
pub struct Description<'s> {
    schemas: &'s mut Schemas,
    settings: &'s Settings,
    described: Described,
}

/// What all components of an endpoint have said.
#[derive(Debug, Default)]
pub(crate) struct Described {
    pub(crate) parameters: Vec<Parameter>,
    /// Whether there is a component that a request can get wrong.
    pub(crate) can_be_invalid: bool,
    pub(crate) principals: Vec<(TypeId, &'static str)>,
    pub(crate) errors: Vec<String>,
}

impl<'s> Description<'s> {
    pub(crate) fn new(schemas: &'s mut Schemas, settings: &'s Settings) -> Self {
        Self {
            schemas,
            settings,
            described: Described::default(),
        }
    }

    /// A model `T` that is read from text values: one parameter for each of its fields.
    pub(crate) fn text_model<T: JsonSchema>(&mut self, location: Location) -> Option<TextModel> {
        let taken = |parameter: &Parameter| parameter.location == location;
        if self.described.parameters.iter().any(taken) {
            self.error(format!(
                "two {} components: put the fields into one struct",
                location.as_str()
            ));
        }
        self.described.can_be_invalid = true;
        let schema = self.schemas.inline_request::<T>();
        let context = Context {
            component: Some(location.component()),
            headers: location == Location::Header,
            locations: self.settings.error_locations,
        };
        match TextModel::new(&schema, self.schemas.requests(), context) {
            Ok(model) => {
                self.described
                    .parameters
                    .extend(Parameter::of_model(&schema, location));
                Some(model)
            }
            Err(error) => {
                let name = T::schema_name();
                self.error(format!("the {} model `{name}`: {error}", location.as_str()));
                None
            }
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

    /// Reports a mistake, which fails the build of the application.
    pub fn error(&mut self, text: impl Into<String>) {
        self.described.errors.push(text.into());
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.settings
    }

    pub(crate) fn finish(self) -> Described {
        self.described
    }
}

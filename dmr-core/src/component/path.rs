//! The component for the parameters of the path.

use std::ops::Deref;

use schemars::JsonSchema;

use super::{Component, Description, Model, Rejection, Unbuildable};
use crate::openapi::{Location, Parameter};
use crate::request::Request;
use crate::schema::SchemaOf;
use crate::text::{Pairs, TextModel, decode};

/// The path parameters, the `{names}` of the route: a struct with a field for each of them, or the
/// value of the only one.
///
/// Whether the fields match the route is checked when the application is built. A value that does
/// not match the schema is a 400. The document also lists a 404, for paths that no route matches.
///
/// ```
/// use dmr_core::Path;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct UserId(u64);
///
/// // Mounted at `users/{id}/`.
/// async fn get(Path(UserId(id)): Path<UserId>) -> String {
///     format!("user {id}")
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<T> Deref for Path<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Model> Component for Path<T> {
    type Prepared = TextModel;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        description.path_model::<T>()
    }

    async fn extract(model: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let head = request.head();
        // The values come from a router, which may tolerate broken encoding.
        if let Err(text) = decode(head.path(), false) {
            return Err(Rejection::Invalid(vec![model.problem_at_root(&text)]));
        }
        let mut pairs = Pairs::with_capacity(model.fields().len());
        for field in model.fields() {
            let Some(text) = head.path_parameter(&field.name) else {
                continue;
            };
            match decode(text, false) {
                Ok(value) => pairs.push(field.name.as_str().into(), value),
                Err(text) => {
                    let problem = model.problem(&field.name, &text);
                    return Err(Rejection::Invalid(vec![problem]));
                }
            }
        }
        model.read(pairs).map(Self).map_err(Rejection::Invalid)
    }
}

impl Description<'_> {
    /// Describes the path with the model `T`: a struct with a field for each parameter, or the
    /// value of the only parameter.
    ///
    /// # Errors
    ///
    /// The schema of `T` is not supported, or another component describes the path.
    pub fn path_model<T: JsonSchema>(&mut self) -> Result<TextModel, Unbuildable> {
        self.path_model_of(SchemaOf::of::<T>())
    }

    fn path_model_of(&mut self, of: SchemaOf) -> Result<TextModel, Unbuildable> {
        let location = Location::Path;
        self.refuse_second(location);
        self.described.can_be_invalid = true;
        let names: Vec<&str> = names(self.endpoint.path).collect();
        let schema = self.schemas.inline_request(of);
        let context = self.context(location);
        let components = self.schemas.requests();
        let is_struct = schema.get("properties").is_some();
        let model = match names.as_slice() {
            [name] if !is_struct => {
                let model = TextModel::single(name, &schema, components, context);
                let parameter = Parameter::new(name, &schema, location);
                self.add_parameters([parameter]);
                model
            }
            _ => {
                let model = TextModel::new(&schema, components, context);
                self.add_parameters(Parameter::of_model(&schema, location));
                model
            }
        };
        let model = self.checked(location.as_str(), of, model)?;
        let type_name = of.name();
        for name in &names {
            // A dependency may read a part of the path.
            if !self.is_in_dependency() && !model.fields().iter().any(|field| field.name == *name) {
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
        Ok(model)
    }
}

/// The names of the parameters in a path such as `/users/{id}/`. A colon begins a pattern of the
/// router, which may itself contain braces.
pub(crate) fn names(path: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    path.char_indices()
        .filter_map(move |(position, character)| {
            match character {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if character != '{' || depth != 1 {
                return None;
            }
            path[position + 1..].split([':', '}']).next()
        })
}

//! The component for the parameters of the path.

use std::ops::Deref;

use serde_json::Value;

use super::{Component, Description, Model, Rejection, Unbuildable, readable};
use crate::openapi::{Location, Parameter};
use crate::request::Request;
use crate::schema::Readable;
use crate::text::{Pairs, TextModel, decode};

/// The path parameters, the `{names}` of the route: a struct with a field for each of them, a tuple
/// of their values in the order of the path, or the value of the only one.
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
///
/// // Mounted at `users/{id}/posts/{slug}/`.
/// async fn post(Path((id, slug)): Path<(u64, String)>) -> String {
///     format!("{slug} of user {id}")
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
        Ok(Self(model.read(pairs)?))
    }
}

impl Description<'_> {
    /// Describes the path with the model `T`: a struct with a field for each parameter, a tuple of
    /// their values, or the value of the only parameter.
    ///
    /// # Errors
    ///
    /// The schema of `T` is not supported, or another component describes the path.
    pub fn path_model<T: Model>(&mut self) -> Result<TextModel, Unbuildable> {
        self.path_model_of(readable::<T>())
    }

    fn path_model_of(&mut self, readable: Readable) -> Result<TextModel, Unbuildable> {
        let of = readable.schema;
        let location = Location::Path;
        self.refuse_second(location);
        self.described.can_be_invalid = true;
        let names: Vec<&str> = self.endpoint.path.names().collect();
        let schema = self.schemas.inline_request(of);
        let context = self.context(location);
        let is_struct = schema.get("properties").is_some();
        let members = schema.get("prefixItems").and_then(Value::as_array);
        let model = match (names.as_slice(), members) {
            (several, Some(members)) => {
                let named = several.iter().copied().zip(members);
                let parameters = named.map(|(name, one)| Parameter::new(name, one, location));
                self.add_parameters(parameters);
                TextModel::tuple(several, &schema, readable, self.schemas, context)
            }
            ([name], None) if !is_struct => {
                let model = TextModel::single(name, &schema, readable, self.schemas, context);
                let parameter = Parameter::new(name, &schema, location);
                self.add_parameters([parameter]);
                model
            }
            _ => {
                let model = TextModel::new(&schema, readable, self.schemas, context);
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
                    self.endpoint.path.as_str()
                ));
            }
        }
        Ok(model)
    }
}

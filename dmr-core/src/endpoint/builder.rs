//! What the generated code calls.

use std::marker::PhantomData;
use std::sync::Arc;

use super::metadata::Said;
use super::options::{Levels, Own};
use super::{Metadata, ModifyOptions, Shared, ValidateOptions, Verb, check};
use crate::component::{Component, Description, Parameters};
use crate::controller::Controller;
use crate::exchange::Endpoint;
use crate::respond::Handler;
use crate::response::{DeclaredResponse, ResponseSpec};
use crate::returned::{AnyKind, Finished, Kind, Plain};
use crate::schema::Schemas;
use crate::settings::Settings;

/// What the build of an application collects.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) settings: Settings,
    pub(crate) debug: bool,
    pub(crate) schemas: Schemas,
    pub(crate) errors: Vec<String>,
}

impl Build {
    /// Declares responses; a spec that is wrong, or that contradicts one before it, is an error.
    pub(crate) fn declare(
        &mut self,
        endpoint: &str,
        specs: &[ResponseSpec],
    ) -> Vec<DeclaredResponse> {
        let mut declared: Vec<DeclaredResponse> = Vec::with_capacity(specs.len());
        for spec in specs {
            let spec = match DeclaredResponse::new(spec, &mut self.schemas) {
                Ok(spec) => spec,
                Err(error) => {
                    let status = spec.status.as_str();
                    self.errors
                        .push(format!("{endpoint}: the response {status}: {error}"));
                    continue;
                }
            };
            match declared.iter().find(|known| known.status == spec.status) {
                None => declared.push(spec),
                Some(known) if known.same_as(&spec) => {}
                Some(_) => self.errors.push(format!(
                    "{endpoint} has multiple responses for the status {}, but with different metadata",
                    spec.status.as_str()
                )),
            }
        }
        declared
    }
}

/// An endpoint, ready to answer requests.
pub(crate) struct Mounted<C, P: Parameters, H> {
    pub(crate) controller: Arc<C>,
    pub(crate) prepared: P::Prepared,
    pub(crate) handler: H,
    pub(crate) metadata: Metadata,
}

/// Collects the endpoints of one controller.
#[allow(missing_debug_implementations, reason = "internal to generated code")]
pub struct EndpointSet<'b, C> {
    pub(crate) controller: Arc<C>,
    pub(crate) path: &'b str,
    /// The options of the controller, the router and the settings.
    pub(crate) outer: [&'b Shared; 3],
    pub(crate) build: &'b mut Build,
    pub(crate) endpoints: Vec<Arc<dyn Endpoint>>,
}

impl<'b, C: Controller> EndpointSet<'b, C> {
    /// Begins an endpoint.
    pub fn endpoint(
        &mut self,
        verb: Verb,
        docs: &'static str,
    ) -> EndpointBuilder<'_, 'b, C, (), Undeclared> {
        EndpointBuilder {
            set: self,
            verb,
            docs,
            shared: Shared::default(),
            own: Own::default(),
            types: PhantomData,
        }
    }
}

/// An endpoint without attribute.
#[derive(Debug)]
pub enum Undeclared {}

/// Builds one endpoint. `P` are its parameters, `M` says which attribute it has.
#[allow(missing_debug_implementations, reason = "internal to generated code")]
pub struct EndpointBuilder<'e, 'b, C, P, M> {
    set: &'e mut EndpointSet<'b, C>,
    verb: Verb,
    docs: &'static str,
    shared: Shared,
    own: Own,
    types: PhantomData<(P, M)>,
}

impl<'e, 'b, C: Controller, P, M> EndpointBuilder<'e, 'b, C, P, M> {
    /// Adds a parameter.
    pub fn param<T: Component>(self) -> EndpointBuilder<'e, 'b, C, (P, T), M> {
        self.retyped()
    }

    /// Ends the parameters and options. It does nothing: generated code needs a call to show errors at.
    pub fn ready(self) -> Self {
        self
    }

    fn retyped<Q, N>(self) -> EndpointBuilder<'e, 'b, C, Q, N> {
        EndpointBuilder {
            set: self.set,
            verb: self.verb,
            docs: self.docs,
            shared: self.shared,
            own: self.own,
            types: PhantomData,
        }
    }
}

impl<'e, 'b, C: Controller, P> EndpointBuilder<'e, 'b, C, P, Undeclared> {
    /// The options of `#[modify]`.
    pub fn modify(
        self,
        options: impl FnOnce(ModifyOptions) -> ModifyOptions,
    ) -> EndpointBuilder<'e, 'b, C, P, Plain> {
        let ModifyOptions { shared, own } = options(ModifyOptions::default());
        let mut builder = self.retyped();
        builder.shared = shared;
        builder.own = own;
        builder
    }

    /// The options of `#[validate]`.
    pub fn validate(
        self,
        options: impl FnOnce(ValidateOptions) -> ValidateOptions,
    ) -> EndpointBuilder<'e, 'b, C, P, Finished> {
        let ValidateOptions { shared, own } = options(ValidateOptions::default());
        let mut builder = self.retyped();
        builder.shared = shared;
        builder.own = own;
        builder
    }
}

/// A returned type that fits the attribute of the endpoint.
#[diagnostic::on_unimplemented(
    message = "the attribute of this endpoint does not fit what it returns",
    label = "does not fit the attribute",
    note = "`#[modify]` configures an endpoint that returns a value or `Events`, `#[validate]` one that returns a finished \
            `Response` or `StreamingResponse`: use the other attribute, or return the other type"
)]
pub trait Fits<M>: AnyKind {}

impl<T> Fits<Plain> for Kind<'_, T, Plain> {}
impl<T> Fits<Finished> for Kind<'_, T, Finished> {}
impl<T, M> Fits<Undeclared> for Kind<'_, T, M> {}

impl<C: Controller, P, M> EndpointBuilder<'_, '_, C, P, M> {
    /// Finishes the endpoint with the type that its method returns, and the call of the method.
    pub fn handler<K, H>(self, kind: K, handler: H)
    where
        K: Fits<M>,
        P: Parameters,
        H: Handler<C, P>,
    {
        let EndpointSet {
            controller,
            path,
            outer,
            build,
            endpoints,
        } = self.set;
        let mut description = Description::new(&mut build.schemas, &build.settings);
        let prepared = P::describe(&mut description);
        let said = Said {
            verb: self.verb,
            docs: self.docs,
            own: self.own,
            outcome: kind.outcome(),
            described: description.finish(),
        };
        let levels = Levels([&self.shared, outer[0], outer[1], outer[2]]);
        let mut problems = check::problems(&said, &**controller, &levels, build.debug);
        let principals = said.described.principals.clone();
        let metadata = Metadata::resolve::<C>(said, &levels, path, build);
        problems.extend(check::resolved_problems(&metadata, &principals));
        let named = problems
            .iter()
            .map(|problem| format!("{}: {problem}", metadata.name));
        build.errors.extend(named);
        endpoints.push(Arc::new(Mounted {
            controller: Arc::clone(controller),
            prepared,
            handler,
            metadata,
        }));
    }
}

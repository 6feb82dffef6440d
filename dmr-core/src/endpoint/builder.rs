//! What the generated code calls.

use std::marker::PhantomData;
use std::sync::Arc;

use http::StatusCode;
use http::header::{ALLOW, HeaderValue};

use super::levels::Levels;
use super::metadata::Said;
use super::options::Own;
use super::{Metadata, ModifyOptions, Shared, ValidateOptions, Verb, check};
use crate::auth::AuthOverride;
use crate::component::{Component, DescribedEndpoint, Description, Parameters};
use crate::controller::Controller;
use crate::error::EndpointHandler;
use crate::exchange::Endpoint;
use crate::negotiation::ChosenBy;
use crate::respond::Handler;
use crate::response::{HeaderSpec, Response, ResponseSpec};
use crate::returned::{AnyKind, Finished, Infallible, Kind, Outcome, Plain, Probe, Reply};
use crate::schema::Schemas;
use crate::serializer::{AnyParser, AnyRenderer};
use crate::settings::Settings;
use crate::stream::Shutdown;

/// What the build of an application collects.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) settings: Settings,
    pub(crate) debug: bool,
    pub(crate) auth_override: Option<AuthOverride>,
    pub(crate) shutdown: Shutdown,
    /// The name of the one format that is to be served, where a path says it.
    pub(crate) only_format: Option<&'static str>,
    pub(crate) schemas: Schemas,
    pub(crate) errors: Vec<String>,
}

/// An endpoint, ready to answer requests.
pub(crate) struct Mounted<C, P: Parameters, H> {
    pub(crate) controller: Arc<C>,
    pub(crate) prepared: P::Prepared,
    pub(crate) handler: H,
    pub(crate) error_handler: Option<EndpointHandler<C>>,
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
            errors: Vec::new(),
            types: PhantomData,
        }
    }
}

impl<C: Controller> EndpointSet<'_, C> {
    /// Serves `OPTIONS` (behaviour 1.9).
    pub(crate) fn add_meta(&mut self) {
        let endpoints = self.endpoints.iter();
        let mut methods: Vec<&str> = endpoints
            .map(|endpoint| endpoint.metadata().verb.method())
            .chain([Verb::Meta.method()])
            .collect();
        methods.sort_unstable();
        let allow = HeaderValue::try_from(methods.join(", "));
        let allow = allow.unwrap_or(HeaderValue::from_static(""));
        let spec =
            ResponseSpec::empty(StatusCode::NO_CONTENT).header(ALLOW.as_str(), HeaderSpec::new());
        self.endpoint(Verb::Meta, "")
            .validate(|options| options.response(spec))
            .handler(
                Probe::<Response>::new().attempt().value().kind::<C>(),
                async move |_: &C, (), reply: Reply<'_>| {
                    let response = Response::empty(StatusCode::NO_CONTENT);
                    let response = response.header(ALLOW, allow.clone());
                    let kind = Probe::<Response>::new().attempt().value().kind::<C>();
                    kind.answer(response, reply)
                },
            );
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
    own: Own<C>,
    errors: Vec<ResponseSpec>,
    types: PhantomData<(P, M)>,
}

impl<'e, 'b, C: Controller, P, M> EndpointBuilder<'e, 'b, C, P, M> {
    /// Adds a parameter.
    pub fn param<T: Component>(self) -> EndpointBuilder<'e, 'b, C, (P, T), M> {
        self.retyped()
    }

    /// Adds the responses of the error type.
    pub fn errors(mut self, responses: Vec<ResponseSpec>) -> Self {
        self.errors = responses;
        self
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
            errors: self.errors,
            types: PhantomData,
        }
    }
}

impl<'e, 'b, C: Controller, P> EndpointBuilder<'e, 'b, C, P, Undeclared> {
    /// The options of `#[modify]`.
    pub fn modify(
        self,
        options: impl FnOnce(ModifyOptions<C>) -> ModifyOptions<C>,
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
        options: impl FnOnce(ValidateOptions<C>) -> ValidateOptions<C>,
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
        let Outcome { content, stream } = kind.outcome();
        let mut formats = stream.map(|formats| formats()).unwrap_or_default();
        if let Some(only) = build.only_format {
            formats.retain(|format| format.name == only);
            if formats.is_empty() {
                return;
            }
        }
        let chosen_by = match &build.settings.format_parameter {
            _ if build.only_format.is_some() => ChosenBy::Path,
            Some(name) if !formats.is_empty() => ChosenBy::Parameter(name.clone()),
            _ => ChosenBy::Accept,
        };
        let levels = Levels([&self.shared, outer[0], outer[1], outer[2]]);
        let parsers = levels.first(|level| Some(&level.parsers.0).filter(|list| !list.is_empty()));
        let renderers =
            levels.first(|level| Some(&level.renderers.0).filter(|list| !list.is_empty()));
        let endpoint = DescribedEndpoint {
            path,
            format_parameter: chosen_by.parameter(),
            parsers: match parsers {
                Some(parsers) => distinct(parsers, AnyParser::media_type),
                None => vec![AnyParser::new(C::Serializer::default())],
            },
            limits: levels.limits(),
        };
        let mut description = Description::new(&mut build.schemas, &build.settings, &endpoint);
        let prepared = P::describe(&mut description);
        let described = description.finish();
        let parsers = endpoint.parsers;
        let mut own = self.own;
        let error_handler = own.error_handler.take();
        let said = Said {
            verb: self.verb,
            docs: self.docs,
            own,
            content,
            formats,
            chosen_by,
            only_format: build.only_format,
            errors: self.errors,
            described,
            parsers,
            renderers: match renderers {
                Some(renderers) => distinct(renderers, AnyRenderer::media_type),
                None => vec![AnyRenderer::new(C::Serializer::default())],
            },
        };
        let mut problems = check::problems(&said, &**controller, &levels, build.debug);
        let principals = said.described.principals.clone();
        let metadata = Metadata::resolve::<C>(said, &levels, path, build);
        problems.extend(check::resolved_problems(&metadata, &levels, &principals));
        let named = problems
            .iter()
            .map(|problem| format!("{}: {problem}", metadata.name));
        build.errors.extend(named);
        endpoints.push(Arc::new(Mounted {
            controller: Arc::clone(controller),
            prepared,
            handler,
            error_handler,
            metadata,
        }));
    }
}

/// The members of a list, each media type once: a later one takes the place of an earlier one (behaviour 5.1.5).
fn distinct<T: Clone>(list: &[T], media_type: impl Fn(&T) -> &'static str) -> Vec<T> {
    let mut distinct: Vec<T> = Vec::with_capacity(list.len());
    for member in list {
        match distinct
            .iter_mut()
            .find(|known| media_type(known) == media_type(member))
        {
            Some(known) => *known = member.clone(),
            None => distinct.push(member.clone()),
        }
    }
    distinct
}

//! What the generated code calls.

use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::{LocalBoxFuture, ready};
use http::StatusCode;
use http::header::{ALLOW, HeaderValue};

use super::metadata::Draft;
use super::method::{Call, Prepared};
use super::{Endpoint, FormatChoice, Metadata, Method, startup_rules};
use crate::auth::AuthOverride;
use crate::component::{
    Component, DescribedComponents, DescribedEndpoint, Description, Parameters, Unbuildable,
};
use crate::controller::Controller;
use crate::error::Error;
use crate::options::{EndpointOptions, LevelOptions, Levels, ModifyOptions, ValidateOptions};
use crate::respond::Extraction;
use crate::response::{HeaderSpec, Response, ResponseSpec};
use crate::returned::{AnyKind, Finished, Kind, Outcome, Plain, Returned};
use crate::schema::Schemas;
use crate::serializer::{AnyParser, AnyRenderer};
use crate::settings::Settings;
use crate::stream::Shutdown;
use crate::verb::Verb;

/// What the build of an application collects.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) settings: Settings,
    pub(crate) debug: bool,
    pub(crate) auth_override: Option<AuthOverride>,
    pub(crate) shutdown: Shutdown,
    pub(crate) schemas: Schemas,
    pub(crate) errors: Vec<String>,
}

/// Collects the endpoints of one controller.
#[allow(missing_debug_implementations, reason = "internal to generated code")]
pub struct EndpointSet<'b, C> {
    pub(crate) controller: Arc<C>,
    pub(crate) path: &'b str,
    /// The options of the controller, the router and the settings.
    pub(crate) outer: [&'b LevelOptions; 3],
    pub(crate) choice: &'b FormatChoice,
    pub(crate) build: &'b mut Build,
    pub(crate) endpoints: Vec<Arc<Endpoint>>,
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
            options: Box::default(),
            types: PhantomData,
        }
    }
}

impl<C: Controller> EndpointSet<'_, C> {
    /// Serves `OPTIONS` (RFC 9110, 9.3.7).
    pub(crate) fn add_meta(&mut self) {
        let endpoints = self.endpoints.iter();
        let mut methods: Vec<&str> = endpoints
            .map(|endpoint| endpoint.metadata.verb.method())
            .chain([Verb::Meta.method()])
            .collect();
        methods.sort_unstable();
        let allow = HeaderValue::try_from(methods.join(", "));
        let allow = allow.unwrap_or(HeaderValue::from_static(""));
        let spec =
            ResponseSpec::empty(StatusCode::NO_CONTENT).header(ALLOW.as_str(), HeaderSpec::new());
        let options = Options {
            level: LevelOptions {
                responses: vec![spec],
                ..LevelOptions::default()
            },
            ..Options::default()
        };
        let outcome = Outcome {
            content: None,
            stream: None,
        };
        let method: Box<dyn Method> = Box::new(Meta(allow));
        let prepare = Box::new(|_: &mut Description<'_>| Ok(method));
        self.add(Verb::Meta, "", Box::new(options), outcome, prepare);
    }
}

/// Answers `OPTIONS`.
struct Meta(HeaderValue);

impl Method for Meta {
    fn call<'a>(&'a self, _: Extraction<'a>) -> LocalBoxFuture<'a, Result<Returned<'a>, Error>> {
        let response = Response::empty(StatusCode::NO_CONTENT).header(ALLOW, self.0.clone());
        Box::pin(ready(Ok(Returned::Response(response))))
    }
}

/// What the attribute of an endpoint says, and its error type.
struct Options<C> {
    level: LevelOptions,
    own: EndpointOptions<C>,
    errors: Vec<ResponseSpec>,
}

impl<C> Default for Options<C> {
    fn default() -> Self {
        Self {
            level: LevelOptions::default(),
            own: EndpointOptions::default(),
            errors: Vec::new(),
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
    options: Box<Options<C>>,
    types: PhantomData<(P, M)>,
}

impl<'e, 'b, C: Controller, P, M> EndpointBuilder<'e, 'b, C, P, M> {
    /// Adds a parameter.
    pub fn param<T: Component>(self) -> EndpointBuilder<'e, 'b, C, (P, T), M> {
        let Self {
            set,
            verb,
            docs,
            options,
            types: _,
        } = self;
        EndpointBuilder {
            set,
            verb,
            docs,
            options,
            types: PhantomData,
        }
    }

    /// Adds the responses of the error type.
    pub fn errors(mut self, responses: Vec<ResponseSpec>) -> Self {
        self.options.errors = responses;
        self
    }

    /// Ends the parameters and options. It does nothing: generated code needs a call to show errors at.
    pub fn ready(self) -> Self {
        self
    }
}

impl<'e, 'b, C: Controller, P> EndpointBuilder<'e, 'b, C, P, Undeclared> {
    /// The options of `#[modify]`.
    pub fn modify(
        mut self,
        options: impl FnOnce(ModifyOptions<C>) -> ModifyOptions<C>,
    ) -> EndpointBuilder<'e, 'b, C, P, Plain> {
        let ModifyOptions { level, own } = options(ModifyOptions::default());
        self.options.level = level;
        self.options.own = own;
        self.declared()
    }

    /// The options of `#[validate]`.
    pub fn validate(
        mut self,
        options: impl FnOnce(ValidateOptions<C>) -> ValidateOptions<C>,
    ) -> EndpointBuilder<'e, 'b, C, P, Finished> {
        let ValidateOptions { level, own } = options(ValidateOptions::default());
        self.options.level = level;
        self.options.own = own;
        self.declared()
    }

    fn declared<M>(self) -> EndpointBuilder<'e, 'b, C, P, M> {
        EndpointBuilder {
            set: self.set,
            verb: self.verb,
            docs: self.docs,
            options: self.options,
            types: PhantomData,
        }
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
    pub fn handler<K, Q>(self, kind: K, call: Call<C, Q>)
    where
        K: Fits<M>,
        P: Parameters<Prepared = Q>,
        Q: Send + Sync + 'static,
    {
        let Self {
            set,
            verb,
            docs,
            options,
            types: _,
        } = self;
        let controller = Arc::clone(&set.controller);
        let prepare = |description: &mut Description<'_>| {
            let parameters = P::describe(description)?;
            let method: Box<dyn Method> = Box::new(Prepared {
                controller,
                parameters,
                call,
            });
            Ok(method)
        };
        set.add(verb, docs, options, kind.outcome(), Box::new(prepare));
    }
}

/// Describes the components of an endpoint, and makes the method that extracts them.
type Prepare<'p> =
    Box<dyn FnOnce(&mut Description<'_>) -> Result<Box<dyn Method>, Unbuildable> + 'p>;

impl<C: Controller> EndpointSet<'_, C> {
    /// Resolves an endpoint. Whatever is wrong with it is noted, and an endpoint without a method is not there.
    fn add(
        &mut self,
        verb: Verb,
        docs: &'static str,
        options: Box<Options<C>>,
        outcome: Outcome,
        prepare: Prepare<'_>,
    ) {
        let Options { level, own, errors } = *options;
        let Outcome { content, stream } = outcome;
        let mut formats = stream.map(|formats| formats()).unwrap_or_default();
        if let Some(only) = self.choice.path() {
            formats.retain(|format| format.name == only);
            if formats.is_empty() {
                return;
            }
        }
        let choice = if formats.is_empty() {
            FormatChoice::Accept
        } else {
            self.choice.clone()
        };
        let [controller, router, settings] = self.outer;
        let levels = Levels([&level, controller, router, settings]);
        let parsers = levels.first(|level| level.parsers.named());
        let renderers = levels.first(|level| level.renderers.named());
        let parsers = parsers.map_or_else(
            || vec![AnyParser::new(C::Serializer::default())],
            |parsers| distinct(parsers, AnyParser::media_type),
        );
        let renderers = renderers.map_or_else(
            || vec![AnyRenderer::new(C::Serializer::default())],
            |renderers| distinct(renderers, AnyRenderer::media_type),
        );
        let (method, components) = self.describe(&choice, &parsers, &levels, prepare);
        let mut own = own;
        let error_handler = own.error_handler.take();
        let error_handler = error_handler.map(|handler| handler.of(Arc::clone(&self.controller)));
        let draft = Draft {
            verb,
            docs,
            options: own,
            content,
            formats,
            choice,
            errors,
            components,
            parsers,
            renderers,
        };
        let metadata = self.resolve(draft, &levels);
        if let Ok(method) = method {
            self.endpoints.push(Arc::new(Endpoint {
                controller: Arc::clone(&self.controller) as _,
                method,
                error_handler,
                metadata,
            }));
        }
    }

    fn describe(
        &mut self,
        choice: &FormatChoice,
        parsers: &[AnyParser],
        levels: &Levels<'_>,
        prepare: Prepare<'_>,
    ) -> (Result<Box<dyn Method>, Unbuildable>, DescribedComponents) {
        let Build {
            settings, schemas, ..
        } = &mut *self.build;
        let endpoint = DescribedEndpoint {
            path: self.path,
            format_parameter: choice.parameter(),
            parsers,
            limits: levels.limits(),
            max_query_fields: settings.max_query_fields,
            error_locations: settings.error_locations,
        };
        let mut description = Description::new(schemas, &endpoint);
        let method = prepare(&mut description);
        (method, description.finish())
    }

    /// Resolves the levels, and notes everything that is wrong.
    fn resolve(&mut self, draft: Draft<C>, levels: &Levels<'_>) -> Metadata {
        let build = &mut *self.build;
        let mut problems = startup_rules::of_draft(&draft, &*self.controller, levels, build.debug);
        let principals = draft.components.principals.clone();
        let metadata = Metadata::resolve(draft, levels, self.path, build);
        problems.extend(startup_rules::of_metadata(&metadata, levels, &principals));
        let named = problems
            .iter()
            .map(|problem| format!("{}: {problem}", metadata.name()));
        build.errors.extend(named);
        metadata
    }
}

/// The members of a list, each media type once: a later one takes the place of an earlier one.
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

//! The builder that generated code calls for each endpoint.

use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::{LocalBoxFuture, ready};
use http::StatusCode;
use http::header::{ALLOW, HeaderValue};

use super::metadata::Draft;
use super::method::{Call, Prepared};
use super::offers::format_names;
use super::{Endpoint, FormatChoice, Metadata, Method, startup_rules};
use crate::auth::AuthOverride;
use crate::component::{
    Component, ComponentDescriptions, Description, EndpointContext, Parameters, Unbuildable,
};
use crate::controller::{Controller, Hooks};
use crate::error::{EndpointHandler, Error, HandleError};
use crate::format::FormatInfo;
use crate::options::{EndpointOptions, LevelOptions, Levels, ModifyOptions, ValidateOptions};
use crate::path_template::PathTemplate;
use crate::respond::Extraction;
use crate::response::{HeaderSpec, Response, ResponseSpec};
use crate::returned::{AnyConversion, Conversion, Finished, Plain, Returned, ReturnedContent};
use crate::schema::Schemas;
use crate::serializer::{AnyParser, AnyRenderer};
use crate::settings::Settings;
use crate::stream::Shutdown;
use crate::verb::Verb;

/// The state of the build of an application.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) settings: Settings,
    pub(crate) debug: bool,
    pub(crate) auth_overrides: Vec<AuthOverride>,
    /// The positions of the overrides that count for the current controller.
    pub(crate) active_overrides: Vec<usize>,
    pub(crate) shutdown: Shutdown,
    pub(crate) schemas: Schemas,
    pub(crate) errors: Vec<String>,
}

impl Build {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            debug: settings.is_debug(),
            settings: settings.clone(),
            auth_overrides: Vec::new(),
            active_overrides: Vec::new(),
            shutdown: Shutdown::default(),
            schemas: Schemas::default(),
            errors: settings.mistakes(),
        }
    }
}

/// Collects the endpoints of one controller.
#[allow(missing_debug_implementations, reason = "internal to generated code")]
pub struct EndpointSet<'b, C> {
    controller: Arc<C>,
    registry: Registry<'b>,
}

/// The endpoints of a controller whose type is erased. So the code of the build is compiled once.
pub(crate) struct Registry<'b> {
    pub(crate) controller: Arc<dyn Hooks>,
    pub(crate) path: &'b PathTemplate,
    /// The options of the controller, its mounting, the routers and the settings.
    pub(crate) outer: &'b [&'b LevelOptions],
    pub(crate) choice: &'b FormatChoice,
    pub(crate) build: &'b mut Build,
    pub(crate) endpoints: Vec<Arc<Endpoint>>,
}

impl<'b, C: Controller> EndpointSet<'b, C> {
    /// Registers the endpoints of a controller.
    pub(crate) fn register(controller: &Arc<C>, registry: Registry<'b>) -> Registry<'b> {
        let mut set = Self {
            controller: Arc::clone(controller),
            registry,
        };
        controller.endpoints(&mut set);
        set.registry
    }

    /// Starts the builder of an endpoint.
    pub fn endpoint(
        &mut self,
        verb: Verb,
        docs: &'static str,
    ) -> EndpointBuilder<'_, 'b, C, (), Undeclared> {
        EndpointBuilder {
            set: self,
            verb,
            docs,
            written: Box::default(),
            error_handler: None,
            types: PhantomData,
        }
    }
}

impl Registry<'_> {
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
        let mut written = Written::default();
        written.options.returned.push(spec);
        let returned = ReturnedContent {
            content: None,
            value: None,
            stream: None,
        };
        let method: Box<dyn Method> = Box::new(Meta(allow));
        let prepare = Box::new(|_: &mut Description<'_>| Ok(method));
        self.add(Verb::Meta, "", Box::new(written), None, returned, prepare);
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

/// The declarations of an endpoint: by its attribute, and by its error type.
#[derive(Default)]
struct Written {
    level: LevelOptions,
    options: EndpointOptions,
    errors: Vec<ResponseSpec>,
}

/// Marks an endpoint without an attribute.
#[derive(Debug)]
pub enum Undeclared {}

/// Builds one endpoint. `P` is its parameters, `M` marks its attribute.
#[allow(missing_debug_implementations, reason = "internal to generated code")]
pub struct EndpointBuilder<'e, 'b, C, P, M> {
    set: &'e mut EndpointSet<'b, C>,
    verb: Verb,
    docs: &'static str,
    written: Box<Written>,
    error_handler: Option<Box<dyn HandleError>>,
    types: PhantomData<(P, M)>,
}

impl<'e, 'b, C: Controller, P, M> EndpointBuilder<'e, 'b, C, P, M> {
    /// Adds a parameter.
    pub fn param<T: Component>(self) -> EndpointBuilder<'e, 'b, C, (P, T), M> {
        self.typed()
    }

    /// Changes the type parameters.
    fn typed<Q, N>(self) -> EndpointBuilder<'e, 'b, C, Q, N> {
        let Self {
            set,
            verb,
            docs,
            written,
            error_handler,
            types: _,
        } = self;
        EndpointBuilder {
            set,
            verb,
            docs,
            written,
            error_handler,
            types: PhantomData,
        }
    }

    /// Adds the responses of the error type.
    pub fn errors(mut self, responses: Vec<ResponseSpec>) -> Self {
        self.written.errors = responses;
        self
    }

    /// Ends the parameters and options. It does nothing: generated code needs a call that can carry
    /// the span of an error.
    pub fn ready(self) -> Self {
        self
    }
}

impl<'e, 'b, C: Controller, P> EndpointBuilder<'e, 'b, C, P, Undeclared> {
    /// Takes the options of `#[modify]`.
    pub fn modify(
        self,
        options: impl FnOnce(ModifyOptions<C>) -> ModifyOptions<C>,
    ) -> EndpointBuilder<'e, 'b, C, P, Plain> {
        let ModifyOptions {
            level,
            own,
            error_handler,
        } = options(ModifyOptions::default());
        self.declared(level, own, error_handler)
    }

    /// Takes the options of `#[validate]`.
    pub fn validate(
        self,
        options: impl FnOnce(ValidateOptions<C>) -> ValidateOptions<C>,
    ) -> EndpointBuilder<'e, 'b, C, P, Finished> {
        let ValidateOptions {
            level,
            own,
            error_handler,
        } = options(ValidateOptions::default());
        self.declared(level, own, error_handler)
    }

    /// Takes the options of either attribute.
    fn declared<N>(
        mut self,
        level: LevelOptions,
        options: EndpointOptions,
        error_handler: Option<EndpointHandler<C>>,
    ) -> EndpointBuilder<'e, 'b, C, P, N> {
        self.written.level = level;
        self.written.options = options;
        let controller = &self.set.controller;
        self.error_handler = error_handler.map(|handler| handler.of(Arc::clone(controller)));
        self.typed()
    }
}

/// A return type that fits the attribute of the endpoint.
#[diagnostic::on_unimplemented(
    message = "the attribute of this endpoint does not fit what it returns",
    label = "does not fit the attribute",
    note = "`#[modify]` configures an endpoint that returns a value or `Events`, `#[validate]` one that returns a finished \
            `Response` or `StreamingResponse`: use the other attribute, or return the other type"
)]
pub trait FitsAttribute<M>: AnyConversion {}

impl<T> FitsAttribute<Plain> for Conversion<'_, T, Plain> {}
impl<T> FitsAttribute<Finished> for Conversion<'_, T, Finished> {}
impl<T, M> FitsAttribute<Undeclared> for Conversion<'_, T, M> {}

impl<C: Controller, P, M> EndpointBuilder<'_, '_, C, P, M> {
    /// Finishes the endpoint with the type that its method returns, and the call of the method.
    // `Call` does not mention `P`, so that the compiler shows a parameter that is not a component at
    // the receiver, where it has shown it before: then it does not repeat itself.
    pub fn handler<K: FitsAttribute<M>, A>(self, kind: K, call: Call<C, A>)
    where
        P: Parameters<Arguments = A>,
    {
        let Self {
            set,
            verb,
            docs,
            written,
            error_handler,
            types: _,
        } = self;
        let controller = Arc::clone(&set.controller);
        let prepare = |description: &mut Description<'_>| {
            let parameters = P::describe(description)?;
            let method: Box<dyn Method> = Box::new(Prepared::<C, P> {
                controller,
                parameters,
                call,
            });
            Ok(method)
        };
        let prepare = Box::new(prepare);
        set.registry
            .add(verb, docs, written, error_handler, kind.returned(), prepare);
    }
}

/// Describes the components of an endpoint, and makes the method that extracts them.
type Prepare<'p> =
    Box<dyn FnOnce(&mut Description<'_>) -> Result<Box<dyn Method>, Unbuildable> + 'p>;

impl Registry<'_> {
    /// Resolves an endpoint and notes its problems. An endpoint whose components cannot be prepared
    /// is left out.
    fn add(
        &mut self,
        verb: Verb,
        docs: &'static str,
        written: Box<Written>,
        error_handler: Option<Box<dyn HandleError>>,
        mut returned: ReturnedContent,
        prepare: Prepare<'_>,
    ) {
        let Written {
            level,
            options,
            errors,
        } = *written;
        let mut formats = returned.stream.map(|formats| formats()).unwrap_or_default();
        let outer = self.outer.iter().copied();
        let levels = Levels([&level].into_iter().chain(outer).collect());
        let (parsers, mut renderers) = self.body_formats(&levels);
        let names = match verb {
            // Its response is empty.
            Verb::Meta => Vec::new(),
            _ => format_names(&formats, returned.value, &renderers),
        };
        if let Some(only) = self.choice.path() {
            if !names.contains(&only) {
                return;
            }
            retain_format(only, &mut returned, &mut formats, &mut renderers);
        }
        let choice = match names.is_empty() {
            true => FormatChoice::Accept,
            false => self.choice.clone(),
        };
        let (method, components) = self.describe(&choice, &parsers, &levels, prepare);
        let draft = Draft {
            verb,
            docs,
            options,
            content: returned.content,
            value: returned.value,
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
                controller: Arc::clone(&self.controller),
                method,
                error_handler,
                middleware: levels.middleware(),
                metadata,
            }));
        }
    }

    /// The formats of bodies. The innermost level that names any decides; the default is the
    /// serializer of the controller.
    fn body_formats(&self, levels: &Levels<'_>) -> (Vec<AnyParser>, Vec<AnyRenderer>) {
        let parsers = levels.first(|level| level.parsers.named());
        let renderers = levels.first(|level| level.renderers.named());
        let parsers = parsers.map_or_else(
            || vec![self.controller.parser()],
            |parsers| distinct(parsers, AnyParser::media_type),
        );
        let renderers = renderers.map_or_else(
            || vec![self.controller.renderer()],
            |renderers| distinct(renderers, AnyRenderer::media_type),
        );
        (parsers, renderers)
    }

    fn describe(
        &mut self,
        choice: &FormatChoice,
        parsers: &[AnyParser],
        levels: &Levels<'_>,
        prepare: Prepare<'_>,
    ) -> (Result<Box<dyn Method>, Unbuildable>, ComponentDescriptions) {
        let Build {
            settings, schemas, ..
        } = &mut *self.build;
        let controller = &self.controller;
        let endpoint = EndpointContext {
            path: self.path,
            provide_state: &|states| {
                controller.provide_state(states);
                levels.offer_states(states);
            },
            format_parameter: choice.parameter(),
            parsers,
            limits: levels.limits(),
            max_query_fields: settings.max_query_fields,
            error_locations: settings.error_locations,
        };
        let mut description = Description::new(schemas, &endpoint);
        let method = prepare(&mut description);
        (method, description.into_descriptions())
    }

    /// Resolves the levels and notes all problems.
    fn resolve(&mut self, draft: Draft, levels: &Levels<'_>) -> Metadata {
        let build = &mut *self.build;
        let mut problems = startup_rules::of_draft(&draft, &*self.controller, levels, build.debug);
        let principals = draft.components.principals.clone();
        let metadata = Metadata::resolve(draft, &*self.controller, levels, self.path, build);
        problems.extend(startup_rules::of_metadata(&metadata, levels, &principals));
        match startup_rules::opened(levels) {
            Some(problem) if build.settings.strict_auth => problems.push(problem),
            Some(warning) => tracing::warn!("{}: {warning}", metadata.name()),
            None => {}
        }
        let named = problems
            .iter()
            .map(|problem| format!("{}: {problem}", metadata.name()));
        build.errors.extend(named);
        metadata
    }
}

/// Leaves only the format that a path has chosen. A value and a stream of which the method chooses
/// one stay both.
fn retain_format(
    only: &str,
    returned: &mut ReturnedContent,
    formats: &mut Vec<FormatInfo>,
    renderers: &mut Vec<AnyRenderer>,
) {
    FormatInfo::retain(formats, only);
    if formats.is_empty() {
        renderers.retain(|renderer| renderer.name() == Some(only));
        if let Some(value) = returned.value {
            returned.content = Some(value.schema);
        }
    }
    returned.value = returned.value.filter(|value| value.method_decides);
}

/// Removes duplicate media types from a list: a later member replaces an earlier one.
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

//! The hooks of a controller, with its type erased.

use std::any::TypeId;

use futures_util::future::LocalBoxFuture;
use http::HeaderMap;

use super::Controller;
use crate::component::States;
use crate::error::{Error, ErrorBody, ProblemDetails};
use crate::json::Json;
use crate::response::{Data, HeaderSpec, Response};
use crate::schema::SchemaOf;
use crate::serializer::{AnyParser, AnyRenderer, SerializeError};
use crate::stream::{EventError, EventReply, StreamEnd};

/// The hooks that the steps of a request call. Code that takes `&dyn Hooks` is compiled once, not
/// once for each controller.
pub(crate) trait Hooks: Send + Sync {
    /// See [`Controller::handle_error`].
    fn handle_error<'a>(&'a self, error: &'a Error) -> LocalBoxFuture<'a, Option<Response>>;

    /// See [`Controller::handle_event_error`].
    fn handle_event_error(
        &self,
        error: EventError,
    ) -> LocalBoxFuture<'_, Result<EventReply, EventError>>;

    /// See [`Controller::ping_event`].
    fn ping_event(&self) -> Option<Json>;

    /// See [`Controller::last_event`].
    fn last_event(&self, end: StreamEnd) -> Option<EventReply>;

    /// Converts an error into the error model, and returns the headers of the model.
    fn format_error(&self, error: &Error) -> (Box<dyn Data>, HeaderMap);

    /// Converts an error into the error model, as an event.
    fn error_event(&self, error: &Error) -> EventReply;

    /// Writes an error in the error model, and returns the headers of the model.
    fn write_error(
        &self,
        error: &Error,
        renderer: &AnyRenderer,
        out: &mut Vec<u8>,
    ) -> (Result<(), SerializeError>, HeaderMap);

    /// Whether the error model is [`ProblemDetails`].
    fn writes_problem_details(&self) -> bool;

    /// See [`Controller::provide_state`].
    fn provide_state(&self, states: &mut States);

    /// The type.
    fn id(&self) -> TypeId;

    /// The name of the type.
    fn name(&self) -> &'static str;

    /// The serializer as a parser.
    fn parser(&self) -> AnyParser;

    /// The serializer as a renderer.
    fn renderer(&self) -> AnyRenderer;

    /// The schema of the error model.
    fn error_model(&self) -> SchemaOf;

    /// The headers of the error model.
    fn error_headers(&self) -> Vec<(&'static str, HeaderSpec)>;
}

impl<C: Controller> Hooks for C {
    fn handle_error<'a>(&'a self, error: &'a Error) -> LocalBoxFuture<'a, Option<Response>> {
        Box::pin(Controller::handle_error(self, error))
    }

    fn handle_event_error(
        &self,
        error: EventError,
    ) -> LocalBoxFuture<'_, Result<EventReply, EventError>> {
        Box::pin(Controller::handle_event_error(self, error))
    }

    fn ping_event(&self) -> Option<Json> {
        Controller::ping_event(self)
    }

    fn last_event(&self, end: StreamEnd) -> Option<EventReply> {
        Controller::last_event(self, end)
    }

    fn format_error(&self, error: &Error) -> (Box<dyn Data>, HeaderMap) {
        let model = Controller::format_error(self, error);
        let headers = model.headers();
        (Box::new(model), headers)
    }

    fn error_event(&self, error: &Error) -> EventReply {
        EventReply::error(Controller::format_error(self, error))
    }

    fn write_error(
        &self,
        error: &Error,
        renderer: &AnyRenderer,
        out: &mut Vec<u8>,
    ) -> (Result<(), SerializeError>, HeaderMap) {
        let model = Controller::format_error(self, error);
        let written = renderer.render::<C::Serializer, C::ErrorModel>(&model, out);
        (written, model.headers())
    }

    fn writes_problem_details(&self) -> bool {
        TypeId::of::<C::ErrorModel>() == TypeId::of::<ProblemDetails>()
    }

    fn provide_state(&self, states: &mut States) {
        Controller::provide_state(self, states);
    }

    fn id(&self) -> TypeId {
        TypeId::of::<C>()
    }

    fn name(&self) -> &'static str {
        C::NAME
    }

    fn parser(&self) -> AnyParser {
        AnyParser::new(C::Serializer::default())
    }

    fn renderer(&self) -> AnyRenderer {
        AnyRenderer::new(C::Serializer::default())
    }

    fn error_model(&self) -> SchemaOf {
        SchemaOf::of::<C::ErrorModel>()
    }

    fn error_headers(&self) -> Vec<(&'static str, HeaderSpec)> {
        C::ErrorModel::header_specs().into_iter().collect()
    }
}

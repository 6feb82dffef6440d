//! [`Example`]: an example of a response, for the document.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

/// An example of a response, for the document.
///
/// `Router::build` checks it against the published schema, and writes it as the response would be
/// written. The document shows an ordinary response as data (`dataValue`), and beside it the text,
/// unless the format is JSON. It shows events as the text of the stream (`serializedValue`): the
/// Example Object of OpenAPI 3.2, whose older `value` is deprecated for formats other than JSON.
///
/// ```
/// use dmr_core::{Example, ResponseSpec, stream::format::JsonLines};
/// use http::StatusCode;
///
/// let user = ResponseSpec::new::<Vec<u8>>(StatusCode::OK)
///     .examples([Example::new("empty", Vec::<u8>::new()).summary("Nothing was found")]);
/// let numbers = ResponseSpec::stream::<u8, JsonLines>(StatusCode::OK)
///     .examples([Example::events("two", [1, 2])]);
/// # let _ = (user, numbers);
/// ```
#[derive(Clone)]
#[must_use = "an example does nothing until a response has it"]
pub struct Example {
    pub(crate) name: Cow<'static, str>,
    pub(crate) summary: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) content: ExampleContent,
}

/// What the response has.
#[derive(Clone)]
pub(crate) enum ExampleContent {
    Value(Sent),
    Events(Vec<Sent>),
}

/// A body or an event, with its type erased.
pub(crate) type Sent = Arc<dyn erased_serde::Serialize + Send + Sync>;

impl Example {
    /// A response with this body. The name tells the examples of a response apart.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        body: impl Serialize + Send + Sync + 'static,
    ) -> Self {
        Self::of(name.into(), ExampleContent::Value(Arc::new(body)))
    }

    /// A stream of these events. The name tells the examples of a response apart.
    pub fn events<T: Serialize + Send + Sync + 'static>(
        name: impl Into<Cow<'static, str>>,
        events: impl IntoIterator<Item = T>,
    ) -> Self {
        let events = events.into_iter().map(|event| Arc::new(event) as Sent);
        Self::of(name.into(), ExampleContent::Events(events.collect()))
    }

    fn of(name: Cow<'static, str>, content: ExampleContent) -> Self {
        Self {
            name,
            summary: None,
            description: None,
            content,
        }
    }

    /// Sets the summary.
    pub fn summary(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.summary = Some(text.into());
        self
    }

    /// Sets the description, in CommonMark.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Whether both examples show the same.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        let json = |sent: &Sent| serde_json::to_value(sent).unwrap_or_default();
        let content = |example: &Self| -> (bool, Vec<Value>) {
            match &example.content {
                ExampleContent::Value(body) => (false, vec![json(body)]),
                ExampleContent::Events(events) => (true, events.iter().map(json).collect()),
            }
        };
        self.name == other.name
            && self.summary == other.summary
            && self.description == other.description
            && content(self) == content(other)
    }
}

impl fmt::Debug for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Example")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

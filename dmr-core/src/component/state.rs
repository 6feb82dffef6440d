//! The component for the state of the controller.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::{Component, Description, Rejection, Unbuildable};
use crate::request::Request;

/// A part of the application's state: a clone of what the controller
/// [offers](crate::Controller::provide_state), or else the innermost [router](crate::Router::state)
/// that offers an `S`.
///
/// A method reads its own fields. `State` is for [dependencies](super::Dependency) and components,
/// which do not know the controller. State that nobody offers is an error when the application is
/// built. `S` is usually a handle, such as an `Arc` or a pool of connections.
///
/// ```
/// use std::sync::Arc;
///
/// use dmr_core::Error;
/// use dmr_core::component::{Dependency, State};
///
/// # struct Store { motd: String }
/// struct Greeting(String);
///
/// impl Dependency for Greeting {
///     type Components = State<Arc<Store>>;
///
///     async fn resolve(State(store): State<Arc<Store>>) -> Result<Self, Error> {
///         Ok(Self(store.motd.clone()))
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State<S>(pub S);

impl<S> Deref for State<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

impl<S: Clone + Send + Sync + 'static> Component for State<S> {
    type Prepared = S;

    fn describe(description: &mut Description<'_>) -> Result<S, Unbuildable> {
        description.state()
    }

    async fn extract(state: &S, _: &mut Request) -> Result<Self, Rejection> {
        Ok(Self(state.clone()))
    }
}

impl Description<'_> {
    /// The state `S` of the controller, or of a router around it. A component keeps it in
    /// [`Prepared`](Component::Prepared).
    ///
    /// # Errors
    ///
    /// Neither the controller nor a router offers an `S`.
    pub fn state<S: Clone + Send + Sync + 'static>(&mut self) -> Result<S, Unbuildable> {
        let mut states = States {
            wanted: TypeId::of::<S>(),
            found: None,
        };
        (self.endpoint.provide_state)(&mut states);
        let found = states.found.and_then(|found| found.downcast().ok());
        found.map(|state| *state).ok_or_else(|| {
            let name = type_name::<S>();
            self.error(format!(
                "it takes `State<{name}>`, which nobody offers: write `.state(…)` on the router, or, \
                 in the controller, `fn provide_state(&self, states: &mut States)` with \
                 `states.offer(&self.…)`"
            ))
        })
    }
}

/// The state that a controller offers. See
/// [`Controller::provide_state`](crate::Controller::provide_state).
pub struct States {
    wanted: TypeId,
    found: Option<Box<dyn Any>>,
}

impl States {
    /// Offers an `S`. The first offer of a type counts.
    pub fn offer<S: Clone + Send + Sync + 'static>(&mut self, state: &S) -> &mut Self {
        if self.found.is_none() && self.wanted == TypeId::of::<S>() {
            self.found = Some(Box::new(state.clone()));
        }
        self
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("States").finish_non_exhaustive()
    }
}

/// State that a router offers, with its type erased.
#[derive(Clone)]
pub(crate) struct OfferedState(Arc<dyn Fn(&mut States) + Send + Sync>);

impl OfferedState {
    pub(crate) fn new<S: Clone + Send + Sync + 'static>(state: S) -> Self {
        Self(Arc::new(move |states| {
            states.offer(&state);
        }))
    }

    pub(crate) fn offer_to(&self, states: &mut States) {
        (self.0)(states);
    }
}

impl fmt::Debug for OfferedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfferedState").finish_non_exhaustive()
    }
}

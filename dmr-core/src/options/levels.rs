//! The options of an endpoint, resolved over the levels.

use super::{LevelOptions, List, Set};
use crate::auth::Alternative;
use crate::component::States;
use crate::layer::Layer;
use crate::request::Limits;

/// The options of the endpoint, its controller, its routers and the settings: from the inside out.
pub(crate) struct Levels<'l>(pub(crate) Vec<&'l LevelOptions>);

impl<'l> Levels<'l> {
    /// The value of the innermost level that sets the option.
    pub(crate) fn first<T>(&self, option: impl Fn(&'l LevelOptions) -> Option<T>) -> Option<T> {
        self.0.iter().copied().find_map(option)
    }

    /// The members of the innermost level that replaces the list, and of the levels inside that
    /// add to it, from the outside in.
    pub(crate) fn list<T: Clone + 'l>(
        &self,
        option: impl Fn(&'l LevelOptions) -> &'l List<T>,
    ) -> Vec<T> {
        let lists = self.0.iter().map(|level| option(level));
        let mut counting: Vec<&List<T>> = Vec::new();
        for list in lists {
            counting.push(list);
            if list.replaces() {
                break;
            }
        }
        let outside_in = counting.into_iter().rev();
        outside_in
            .flat_map(|list| list.members().iter().cloned())
            .collect()
    }

    /// Whether the set of the innermost level that sets one, or a set that it inherits, has a
    /// member.
    pub(crate) fn set_has<T: PartialEq + 'l>(
        &self,
        option: impl Fn(&'l LevelOptions) -> Option<&'l Set<T>>,
        member: &T,
    ) -> bool {
        for set in self.0.iter().copied().filter_map(option) {
            if set.contains(member) {
                return true;
            }
            if !set.inherits() {
                return false;
            }
        }
        false
    }

    /// The alternatives of the innermost level that sets some, and of the levels from which it
    /// inherits.
    pub(crate) fn auth(&self) -> Vec<Alternative> {
        let mut alternatives = Vec::new();
        for chain in self.0.iter().filter_map(|level| level.auth.as_ref()) {
            alternatives.extend_from_slice(chain.alternatives());
            if !chain.inherits() {
                break;
            }
        }
        alternatives
    }

    /// The middleware of all levels, the outermost first.
    pub(crate) fn middleware(&self) -> Vec<Layer> {
        let levels = self.0.iter().rev();
        levels
            .flat_map(|level| level.middleware.iter().cloned())
            .collect()
    }

    /// The name of the level that closes an endpoint which its own attribute opens to everyone.
    pub(crate) fn opened(&self) -> Option<&'static str> {
        let (endpoint, outer) = self.0.split_first()?;
        if !endpoint.auth.as_ref()?.opens() {
            return None;
        }
        let closing = outer.iter().position(|level| {
            let auth = level.auth.as_ref();
            auth.is_some_and(|auth| auth.opens() || !auth.alternatives().is_empty())
        })?;
        let is_closed = !outer[closing].auth.as_ref()?.opens();
        is_closed.then_some(match closing {
            0 => "controller",
            last if last + 1 == outer.len() => "settings",
            _ => "router",
        })
    }

    /// Offers the state of the routers, the innermost first.
    pub(crate) fn offer_states(&self, states: &mut States) {
        for state in self.0.iter().flat_map(|level| &level.states) {
            state.offer_to(states);
        }
    }

    /// The limits of request bodies.
    pub(crate) fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            max_body_size: self
                .first(|level| level.max_body_size)
                .unwrap_or(default.max_body_size),
            max_upload_size: self
                .first(|level| level.max_upload_size)
                .unwrap_or(default.max_upload_size),
            max_form_fields: self
                .first(|level| level.max_form_fields)
                .unwrap_or(default.max_form_fields),
            max_files: self
                .first(|level| level.max_files)
                .unwrap_or(default.max_files),
            max_item_size: self
                .first(|level| level.max_item_size)
                .unwrap_or(default.max_item_size),
        }
    }
}

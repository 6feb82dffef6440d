//! The options of an endpoint, resolved over the levels.

use super::{LevelOptions, Set};
use crate::auth::Alternative;
use crate::request::Limits;

/// The options of the endpoint, its controller, its router and the settings: from the inside out.
pub(crate) struct Levels<'l>(pub(crate) [&'l LevelOptions; 4]);

impl<'l> Levels<'l> {
    /// The value of the innermost level that sets the option.
    pub(crate) fn first<T>(&self, option: impl Fn(&'l LevelOptions) -> Option<T>) -> Option<T> {
        self.0.into_iter().find_map(option)
    }

    /// The levels from the outside in.
    pub(crate) fn outside_in(&self) -> impl Iterator<Item = &'l LevelOptions> {
        self.0.into_iter().rev()
    }

    /// Whether the union of the sets of all levels has a member.
    pub(crate) fn union_has<T: PartialEq + 'l>(
        &self,
        set: impl Fn(&'l LevelOptions) -> Option<&'l Set<T>>,
        member: &T,
    ) -> bool {
        let sets = || self.0.into_iter().filter_map(&set);
        sets().all(|set| set.members().is_some())
            && sets().any(|set| set.members().unwrap_or_default().contains(member))
    }

    /// The alternatives of the innermost level that sets some, and of the levels from which it
    /// inherits.
    pub(crate) fn auth(&self) -> Vec<Alternative> {
        let mut alternatives = Vec::new();
        for chain in self.0.into_iter().filter_map(|level| level.auth.as_ref()) {
            alternatives.extend_from_slice(chain.alternatives());
            if !chain.inherits() {
                break;
            }
        }
        alternatives
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

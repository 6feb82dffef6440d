//! The options that are lists: each level replaces the list of the outer levels, or adds to it.

use std::convert::Infallible;

/// The members that one level gives to a list.
#[derive(Debug, Clone)]
pub(crate) struct List<T> {
    members: Vec<T>,
    /// Whether the members of the outer levels do not count.
    replaces: bool,
}

impl<T> List<T> {
    /// Sets the members in place of those of the outer levels.
    pub(crate) fn replace(&mut self, members: impl IntoIterator<Item = T>) {
        self.members = members.into_iter().collect();
        self.replaces = true;
    }

    pub(crate) fn add(&mut self, members: impl IntoIterator<Item = T>) {
        self.members.extend(members);
    }

    pub(crate) fn members(&self) -> &[T] {
        &self.members
    }

    pub(crate) fn replaces(&self) -> bool {
        self.replaces
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            replaces: false,
        }
    }
}

/// The value of an option that is a set. The innermost level that sets the option decides. `None`
/// is the empty set. [`and_inherited`](Self::and_inherited) keeps the members of the outer levels.
///
/// ```
/// use dmr_core::http::StatusCode;
/// use dmr_core::options::Set;
/// use dmr_core::{Router, Settings};
///
/// let settings = Settings::new().exclude_semantic_responses([StatusCode::NOT_ACCEPTABLE]);
/// let both = Set::from([StatusCode::UNAUTHORIZED]).and_inherited();
/// let router = Router::new("").settings(settings).exclude_semantic_responses(both);
/// # let _ = router;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set<T> {
    members: Vec<T>,
    inherits: bool,
}

impl<T> Set<T> {
    /// Keeps the members of the next level outwards that sets the option.
    #[must_use]
    pub fn and_inherited(mut self) -> Self {
        self.inherits = true;
        self
    }
}

impl<T: PartialEq> Set<T> {
    pub(crate) fn contains(&self, member: &T) -> bool {
        self.members.contains(member)
    }

    pub(crate) fn inherits(&self) -> bool {
        self.inherits
    }
}

impl<T, const N: usize> From<[T; N]> for Set<T> {
    fn from(members: [T; N]) -> Self {
        Vec::from(members).into()
    }
}

impl<T> From<Vec<T>> for Set<T> {
    fn from(members: Vec<T>) -> Self {
        Self {
            members,
            inherits: false,
        }
    }
}

impl<T> From<Option<Infallible>> for Set<T> {
    fn from(_: Option<Infallible>) -> Self {
        Vec::new().into()
    }
}

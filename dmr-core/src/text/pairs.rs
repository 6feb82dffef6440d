//! [`Pairs`]: the names and values of queries, headers, paths, cookies and forms.

use std::borrow::Cow;

pub(super) type Pair<'p> = (Cow<'p, str>, Cow<'p, str>);

/// Names and their values, in the order of the request.
///
/// Your own component passes them to a [`TextModel`](super::TextModel).
///
/// ```
/// use dmr_core::component::Pairs;
///
/// let mut pairs = Pairs::default();
/// pairs.push("page".into(), "2".into());
/// ```
#[derive(Debug, Default)]
pub struct Pairs<'p>(Vec<Pair<'p>>);

impl<'p> Pairs<'p> {
    /// Makes an empty list with room for `count` pairs.
    pub fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Adds a value of a name.
    pub fn push(&mut self, name: Cow<'p, str>, value: Cow<'p, str>) {
        self.0.push((name, value));
    }

    /// The same pairs, without borrowed texts.
    pub(crate) fn into_owned(self) -> Pairs<'static> {
        let owned = |text: Cow<'p, str>| Cow::Owned(text.into_owned());
        let pairs = self.0.into_iter();
        Pairs(
            pairs
                .map(|(name, value)| (owned(name), owned(value)))
                .collect(),
        )
    }

    /// Removes all values of a name.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// The last value of a name.
    pub(crate) fn last(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter().rev();
        pairs
            .find(|(known, _)| known == name)
            .map(|(_, value)| &**value)
    }

    /// Groups the values of each name and keeps their order.
    pub(crate) fn group(&mut self) {
        self.0.sort_by(|(one, _), (other, _)| one.cmp(other));
    }

    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Pair<'p>> {
        self.0.iter()
    }

    /// Returns each name once, with all its values. The pairs have to be [grouped](Self::group).
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&str, Values<'_>)> {
        let groups = self.0.chunk_by(|(one, _), (other, _)| one == other);
        groups.map(|group| (&*group[0].0, Values(group)))
    }
}

/// The values of one name, at least one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'p>(pub(super) &'p [Pair<'p>]);

impl<'p> Iterator for Values<'p> {
    type Item = &'p str;

    fn next(&mut self) -> Option<&'p str> {
        let ((_, first), rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }
}

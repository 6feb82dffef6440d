//! The query of numbered pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Paginated;

/// The query of a numbered page: `?page=2&per_page=50`, for
/// [`Query<PageQuery>`](crate::Query).
///
/// The document shows the bounds, and dmr enforces them: a page of 0, and a page with 0 or more
/// than `MAX` objects, are a 400. Without `page`, it is the first page; without `per_page`, a page
/// has `PER_PAGE` objects.
///
/// ```
/// use dmr_core::Query;
/// use dmr_core::pagination::{PageQuery, Paginated};
///
/// // 10 objects by default, and at most 50.
/// async fn get(page: Query<PageQuery<10, 50>>) -> Paginated<u64> {
///     let numbers: Vec<u64> = (0..1_000).collect();
///     page.slice(&numbers)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "")]
pub struct PageQuery<const PER_PAGE: u64 = 20, const MAX: u64 = 100> {
    /// The number of the page, from 1.
    #[serde(default = "first")]
    #[schemars(range(min = 1))]
    pub page: u64,
    /// The greatest number of objects on the page.
    #[serde(default = "per_page::<PER_PAGE>")]
    #[schemars(range(min = 1, max = MAX))]
    pub per_page: u64,
}

fn first() -> u64 {
    1
}

fn per_page<const PER_PAGE: u64>() -> u64 {
    PER_PAGE
}

impl<const PER_PAGE: u64, const MAX: u64> PageQuery<PER_PAGE, MAX> {
    /// The number of objects before the page, for the `OFFSET` of a database. It fits an `i64`:
    /// a greater number is `i64::MAX`.
    pub fn offset(&self) -> u64 {
        let before = self.page.saturating_sub(1).saturating_mul(self.per_page);
        before.min(i64::MAX.unsigned_abs())
    }

    /// Makes the page of the `objects` on it, and of the number of objects on all pages.
    pub fn paginated<T>(&self, objects: Vec<T>, count: u64) -> Paginated<T> {
        Paginated::new(objects, self.page, self.per_page, count)
    }

    /// Cuts the page out of all objects. A page after the last one is empty.
    pub fn slice<T: Clone>(&self, all: &[T]) -> Paginated<T> {
        let before = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        let per_page = usize::try_from(self.per_page).unwrap_or(usize::MAX);
        let objects = all.iter().skip(before).take(per_page).cloned().collect();
        self.paginated(objects, all.len() as u64)
    }
}

//! The table of books.

use dmr::component::EntityTag;
use futures_util::{Stream, StreamExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::error::is_broken_reference;
use super::{Store, StoreError, containing};

/// A book.
#[derive(Debug, Serialize, JsonSchema, FromRow)]
pub(crate) struct Book {
    pub(crate) id: i64,
    author_id: i64,
    title: String,
    #[sqlx(try_from = "String")]
    language: Language,
    /// The year of publication.
    published: i64,
    price_cents: i64,
    /// The media type of the cover, if there is one.
    pub(crate) cover: Option<String>,
    /// The version, which grows with every change.
    #[serde(skip)]
    version: i64,
}

impl Book {
    /// The entity tag of this version of the book.
    pub(crate) fn tag(&self) -> EntityTag {
        EntityTag::of_version(self.version)
    }
}

/// The language of a book (ISO 639-1).
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    De,
    En,
    Fr,
}

impl Language {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Fr => "fr",
        }
    }
}

impl TryFrom<String> for Language {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let known = [Self::De, Self::En, Self::Fr];
        let language = known.into_iter().find(|language| language.as_str() == text);
        language.ok_or_else(|| format!("unknown language '{text}'"))
    }
}

/// The fields of a book that clients send.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookFields {
    author_id: i64,
    // PostgreSQL does not store text with NUL.
    #[schemars(length(min = 1, max = 200), regex(pattern = r"^[^\u0000]*$"))]
    title: String,
    language: Language,
    /// The year of publication.
    #[schemars(range(min = -3000, max = 2100))]
    published: i64,
    #[schemars(range(min = 0, max = 1_000_000))]
    price_cents: i64,
}

/// The fields of a book that clients can change. Missing fields keep their values.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookChanges {
    #[serde(default)]
    #[schemars(length(min = 1, max = 200), regex(pattern = r"^[^\u0000]*$"))]
    title: Option<String>,
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000))]
    price_cents: Option<i64>,
}

/// The conditions of a search for books. All of them have to hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct BookFilter {
    #[serde(default)]
    author_id: Option<i64>,
    #[serde(default)]
    language: Option<Language>,
    /// The first year.
    #[serde(default)]
    published_from: Option<i64>,
    /// The last year.
    #[serde(default)]
    published_to: Option<i64>,
    /// A part of the title, in upper or lower case.
    #[serde(default)]
    #[schemars(length(max = 200), regex(pattern = r"^[^\u0000]*$"))]
    title: Option<String>,
}

/// The media types of covers.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) enum CoverType {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
}

impl CoverType {
    fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

const FILTERED: &str = "SELECT * FROM books WHERE id > $1 \
    AND ($2 IS NULL OR author_id = $2) AND ($3 IS NULL OR language = $3) \
    AND ($4 IS NULL OR published >= $4) AND ($5 IS NULL OR published <= $5) \
    AND ($6 IS NULL OR lower(title) LIKE $6 ESCAPE '!') ORDER BY id";

impl Store {
    /// Books with an id above `after`.
    pub(crate) async fn books(
        &self,
        filter: &BookFilter,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Book>, StoreError> {
        let query = format!("{FILTERED} LIMIT $7");
        let books = filtered(&query, filter, after).bind(limit);
        Ok(books.fetch_all(&self.pool).await?)
    }

    /// All books, one by one, as the database finds them.
    pub(crate) fn every_book(
        &self,
        filter: BookFilter,
    ) -> impl Stream<Item = Result<Book, StoreError>> {
        async_stream::try_stream! {
            let mut books = filtered(FILTERED, &filter, 0).fetch(&self.pool);
            while let Some(book) = books.next().await {
                yield book?;
            }
        }
    }

    pub(crate) async fn book(&self, id: i64) -> Result<Book, StoreError> {
        sqlx::query_as("SELECT * FROM books WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?
            .ok_or(StoreError::NoBook(id))
    }

    pub(crate) async fn add_book(&self, fields: BookFields) -> Result<Book, StoreError> {
        let added = sqlx::query_as(
            "INSERT INTO books (author_id, title, language, published, price_cents) \
             VALUES ($1, $2, $3, $4, $5) RETURNING *",
        )
        .bind(fields.author_id)
        .bind(fields.title)
        .bind(fields.language.as_str())
        .bind(fields.published)
        .bind(fields.price_cents)
        .fetch_one(&self.pool)
        .await;
        added.map_err(|error| of_author(fields.author_id, error))
    }

    /// Replaces `book`, unless another request has changed it since it was read.
    pub(crate) async fn replace_book(
        &self,
        book: &Book,
        fields: BookFields,
    ) -> Result<Book, StoreError> {
        let replaced = sqlx::query_as(
            "UPDATE books SET author_id = $3, title = $4, language = $5, published = $6, price_cents = $7, \
             version = version + 1 WHERE id = $1 AND version = $2 RETURNING *",
        )
        .bind(book.id)
        .bind(book.version)
        .bind(fields.author_id)
        .bind(fields.title)
        .bind(fields.language.as_str())
        .bind(fields.published)
        .bind(fields.price_cents)
        .fetch_optional(&self.pool)
        .await;
        replaced
            .map_err(|error| of_author(fields.author_id, error))?
            .ok_or(StoreError::Changed(book.id))
    }

    /// Changes `book`, unless another request has changed it since it was read.
    pub(crate) async fn change_book(
        &self,
        book: &Book,
        changes: BookChanges,
    ) -> Result<Book, StoreError> {
        sqlx::query_as(
            "UPDATE books SET title = coalesce($3, title), price_cents = coalesce($4, price_cents), \
             version = version + 1 WHERE id = $1 AND version = $2 RETURNING *",
        )
        .bind(book.id)
        .bind(book.version)
        .bind(changes.title)
        .bind(changes.price_cents)
        .fetch_optional(&self.pool)
        .await?
        .ok_or(StoreError::Changed(book.id))
    }

    pub(crate) async fn set_cover(
        &self,
        id: i64,
        cover: Option<CoverType>,
    ) -> Result<Book, StoreError> {
        sqlx::query_as(
            "UPDATE books SET cover = $2, version = version + 1 WHERE id = $1 RETURNING *",
        )
        .bind(id)
        .bind(cover.map(CoverType::as_str))
        .fetch_optional(&self.pool)
        .await?
        .ok_or(StoreError::NoBook(id))
    }

    pub(crate) async fn remove_book(&self, id: i64) -> Result<(), StoreError> {
        let removed = sqlx::query("DELETE FROM books WHERE id = $1")
            .bind(id)
            .execute(&self.pool)
            .await?;
        match removed.rows_affected() {
            0 => Err(StoreError::NoBook(id)),
            _ => Ok(()),
        }
    }
}

type Query<'q> = sqlx::query::QueryAs<'q, sqlx::Any, Book, sqlx::any::AnyArguments<'q>>;

fn filtered<'q>(query: &'q str, filter: &BookFilter, after: i64) -> Query<'q> {
    sqlx::query_as(query)
        .bind(after)
        .bind(filter.author_id)
        .bind(filter.language.map(Language::as_str))
        .bind(filter.published_from)
        .bind(filter.published_to)
        .bind(filter.title.as_deref().map(containing))
}

/// The error of a statement that refers to an author, who may not exist.
fn of_author(id: i64, error: sqlx::Error) -> StoreError {
    if is_broken_reference(&error) {
        StoreError::NoAuthor(id)
    } else {
        error.into()
    }
}

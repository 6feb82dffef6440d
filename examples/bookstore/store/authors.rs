//! The table of authors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::error::is_broken_reference;
use super::{Store, StoreError, containing};

/// An author.
#[derive(Debug, Serialize, JsonSchema, FromRow)]
pub(crate) struct Author {
    pub(crate) id: i64,
    name: String,
    /// The year of birth.
    born: Option<i64>,
}

/// The fields of an author that clients send.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorFields {
    // PostgreSQL does not store text with NUL.
    #[schemars(length(min = 1, max = 200), regex(pattern = r"^[^\u0000]*$"))]
    pub(super) name: String,
    /// The year of birth.
    #[serde(default)]
    #[schemars(range(min = -3000, max = 2100))]
    pub(super) born: Option<i64>,
}

impl Store {
    pub(crate) async fn count_authors(&self, search: Option<&str>) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM authors WHERE ($1 IS NULL OR lower(name) LIKE $1 ESCAPE '!')",
        )
        .bind(search.map(containing))
        .fetch_one(&self.pool)
        .await?;
        Ok(count.unsigned_abs())
    }

    /// Authors, ordered by name.
    pub(crate) async fn authors(
        &self,
        search: Option<&str>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Author>, StoreError> {
        let authors = sqlx::query_as(
            "SELECT id, name, born FROM authors WHERE ($1 IS NULL OR lower(name) LIKE $1 ESCAPE '!') \
             ORDER BY name, id LIMIT $2 OFFSET $3",
        )
        .bind(search.map(containing))
        .bind(limit)
        .bind(offset)
        .fetch_all(&self.pool)
        .await?;
        Ok(authors)
    }

    pub(crate) async fn author(&self, id: i64) -> Result<Author, StoreError> {
        sqlx::query_as("SELECT id, name, born FROM authors WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?
            .ok_or(StoreError::NoAuthor(id))
    }

    pub(crate) async fn add_author(&self, fields: AuthorFields) -> Result<Author, StoreError> {
        let author = sqlx::query_as(
            "INSERT INTO authors (name, born) VALUES ($1, $2) RETURNING id, name, born",
        )
        .bind(fields.name)
        .bind(fields.born)
        .fetch_one(&self.pool)
        .await?;
        Ok(author)
    }

    pub(crate) async fn replace_author(
        &self,
        id: i64,
        fields: AuthorFields,
    ) -> Result<Author, StoreError> {
        sqlx::query_as(
            "UPDATE authors SET name = $2, born = $3 WHERE id = $1 RETURNING id, name, born",
        )
        .bind(id)
        .bind(fields.name)
        .bind(fields.born)
        .fetch_optional(&self.pool)
        .await?
        .ok_or(StoreError::NoAuthor(id))
    }

    pub(crate) async fn remove_author(&self, id: i64) -> Result<(), StoreError> {
        let removed = sqlx::query("DELETE FROM authors WHERE id = $1")
            .bind(id)
            .execute(&self.pool)
            .await;
        match removed {
            Ok(removed) if removed.rows_affected() == 0 => Err(StoreError::NoAuthor(id)),
            Ok(_) => Ok(()),
            Err(error) if is_broken_reference(&error) => Err(StoreError::HasBooks(id)),
            Err(error) => Err(error.into()),
        }
    }
}

//! What all modules share: the state, queries, and the errors of the database.

use std::error::Error as StdError;
use std::path::Path;

use dmr::auth::{Algorithm, Jwt};
use dmr::pagination::{Cursors, PageQuery, Paginated};
use dmr::{AnyError, Error, ErrorResponses, StatusCode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{FromRow, SqlitePool};
use tokio::sync::watch;

use super::users::Claims;

/// The state of the application. Clones share it.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) db: SqlitePool,
    pub(crate) tokens: Jwt<Claims>,
    pub(crate) issue_cursors: Cursors<i64>,
    /// Wakes the streams when there is a new comment.
    pub(crate) commented: watch::Sender<()>,
}

/// What an endpoint returns. `?` works on all errors: those of `E` give the responses that they
/// declare, and any other error is a 500.
pub(crate) type Answer<T, E = ()> = Result<T, AnyError<E>>;

/// Runs a query with its values: `sql!(fetch_one(app): "SELECT … WHERE name = ?", name)?`.
/// The rows become what the caller expects, and broken rules of the database become a [`Conflict`].
macro_rules! sql {
    ($fetch:ident($app:expr): $query:expr $(, $value:expr)* $(,)?) => {{
        let rows = sqlx::query_as($query)$(.bind($value))*.$fetch(&$app.db).await;
        rows.map_err(super::app::Conflict::from)
    }};
}
pub(crate) use sql;

impl App {
    /// Opens the database. The file and the tables are created if they are missing.
    pub(crate) async fn open(database: &Path, secret: [u8; 32]) -> Result<Self, Box<dyn StdError>> {
        let options = SqliteConnectOptions::new().filename(database);
        let db = SqlitePool::connect_with(options.create_if_missing(true)).await?;
        let schema = include_str!("schema.sql");
        sqlx::raw_sql(schema).execute(&db).await?;
        Ok(Self {
            db,
            tokens: Jwt::new(Algorithm::HS256, &secret)?,
            issue_cursors: Cursors::new(secret, "issues")?,
            commented: watch::Sender::default(),
        })
    }

    /// A page of a table, ordered by name.
    pub(crate) async fn page<T: Row>(&self, table: &str, page: PageQuery) -> Answer<Paginated<T>> {
        let (count,): (u64,) = sql!(fetch_one(self): &format!("SELECT count(*) FROM {table}"))?;
        let select = format!("SELECT * FROM {table} ORDER BY name LIMIT ? OFFSET ?");
        let (limit, offset) = (page.per_page.cast_signed(), page.offset().cast_signed());
        Ok(page.paginated(sql!(fetch_all(self): &select, limit, offset)?, count))
    }
}

/// A type that is read from the columns of a row.
pub(crate) trait Row: for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}

impl<T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin> Row for T {}

/// The row that a query has found; a 404 if there is none.
pub(crate) fn found<T>(row: Result<Option<T>, Conflict>, what: &str) -> Result<T, Error> {
    let missing = || Error::msg(StatusCode::NOT_FOUND, format!("There is no such {what}"));
    row?.ok_or_else(missing)
}

/// A change that contradicts what is stored. Endpoints that return it document its responses.
#[derive(Debug, thiserror::Error, ErrorResponses)]
pub(crate) enum Conflict {
    /// The name is taken.
    #[error("The name is taken")]
    #[response(status = 409)]
    Taken,

    /// There is no such user.
    #[error("There is no such user")]
    #[response(status = 409)]
    NoUser,

    #[error("the database failed: {0}")]
    #[response(internal)]
    Other(sqlx::Error),
}

impl From<sqlx::Error> for Conflict {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(cause) if cause.is_unique_violation() => Self::Taken,
            Some(cause) if cause.is_foreign_key_violation() => Self::NoUser,
            _ => Self::Other(error),
        }
    }
}

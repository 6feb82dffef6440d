//! The database: its tables and queries, the same for SQLite and PostgreSQL.

mod authors;
mod books;
mod error;
mod sample;

use std::sync::Once;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, ConnectOptions};

pub(crate) use authors::{Author, AuthorFields};
pub(crate) use books::{Book, BookChanges, BookFields, BookFilter, CoverType};
pub(crate) use error::StoreError;

/// The connections to the database. Clones share them.
#[derive(Clone)]
pub(crate) struct Store {
    pool: AnyPool,
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS authors (
        id {id},
        name TEXT NOT NULL UNIQUE,
        born BIGINT
    );
    CREATE TABLE IF NOT EXISTS books (
        id {id},
        author_id BIGINT NOT NULL REFERENCES authors (id),
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        published BIGINT NOT NULL,
        price_cents BIGINT NOT NULL,
        cover TEXT,
        version BIGINT NOT NULL DEFAULT 1,
        UNIQUE (author_id, title)
    );
    CREATE INDEX IF NOT EXISTS books_by_language ON books (language, id)
";

impl Store {
    /// Opens a database. The SQLite file and the tables are created if they are missing.
    pub(crate) async fn open(database: &str) -> Result<Self, sqlx::Error> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);

        let (url, id) = if database.contains("://") {
            (database.to_owned(), "BIGSERIAL PRIMARY KEY")
        } else {
            let url = format!("sqlite://{database}?mode=rwc");
            (url, "INTEGER PRIMARY KEY AUTOINCREMENT")
        };
        let options: AnyConnectOptions = url.parse()?;
        let pool = AnyPoolOptions::new()
            .max_connections(16)
            .connect_with(options.disable_statement_logging())
            .await?;
        sqlx::raw_sql(&TABLES.replace("{id}", id))
            .execute(&pool)
            .await?;
        Ok(Self { pool })
    }
}

/// A pattern for `LIKE … ESCAPE '!'` that finds the text anywhere.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

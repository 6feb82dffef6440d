//! `api/readings/`.

use std::path::Path;

use dmr::component::{BodyStream, ItemReport};
use dmr::stream::format::JsonLines as JsonLinesFormat;
use dmr::stream::try_events;
use dmr::{Controller, Error, JsonLines, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{Sqlite, SqlitePool, Transaction};

/// A reading of a thermometer.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reading {
    #[schemars(length(min = 1, max = 50))]
    pub(crate) station: String,
    /// Seconds since 1970.
    pub(crate) time: i64,
    #[schemars(range(min = -90, max = 60))]
    pub(crate) celsius: f64,
}

/// The progress of a request.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Progress {
    /// The number of lines in the database.
    pub(crate) stored: u64,
    /// The number of rejected lines.
    pub(crate) rejected: u64,
    /// The errors of the first hundred rejected lines. Only in the last event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<String>,
    /// Whether this is the last event.
    pub(crate) done: bool,
}

/// The number of lines of a transaction, and between two reports of progress.
const BATCH: u64 = 10_000;

/// The table of readings.
pub(crate) struct Readings {
    pool: SqlitePool,
}

impl Readings {
    pub(crate) async fn open(database: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(database)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let pool = SqlitePool::connect_with(options).await?;
        let table = "CREATE TABLE IF NOT EXISTS readings (station TEXT NOT NULL, time INTEGER NOT NULL, celsius REAL NOT NULL)";
        sqlx::query(table).execute(&pool).await?;
        Ok(Self { pool })
    }
}

#[controller(tags = ["readings"])]
impl Controller for Readings {
    /// Count the readings.
    async fn get(&self) -> Result<i64, Error> {
        let count = sqlx::query_scalar("SELECT count(*) FROM readings");
        count.fetch_one(&self.pool).await.map_err(Error::internal)
    }

    /// Store readings and report progress.
    #[modify(max_upload_size = 1 << 40, max_item_size = 1000)]
    async fn post(
        &self,
        mut readings: BodyStream<Reading, JsonLinesFormat>,
    ) -> JsonLines<'_, Progress> {
        try_events! {
            let mut report = ItemReport::default();
            let mut transaction = self.pool.begin().await?;
            while let Some(reading) = readings.next_valid(&mut report).await? {
                store(&mut transaction, &reading).await?;
                if report.accepted.is_multiple_of(BATCH) {
                    transaction.commit().await?;
                    transaction = self.pool.begin().await?;
                    yield progress(&report, false);
                }
            }
            transaction.commit().await?;
            yield progress(&report, true);
        }
    }
}

async fn store(
    transaction: &mut Transaction<'_, Sqlite>,
    reading: &Reading,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO readings (station, time, celsius) VALUES (?, ?, ?)")
        .bind(&reading.station)
        .bind(reading.time)
        .bind(reading.celsius)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

fn progress(report: &ItemReport, done: bool) -> Progress {
    let errors = report.errors.iter().filter(|_| done).map(|item| {
        let texts: Vec<&str> = item
            .detail
            .iter()
            .map(|detail| detail.msg.as_str())
            .collect();
        format!("line {}: {}", item.line, texts.join("; "))
    });
    Progress {
        stored: report.accepted,
        rejected: report.rejected,
        errors: errors.collect(),
        done,
    }
}

//! Sample books for an empty store. They are the same every time.

use super::Store;

const FIRST_NAMES: [&str; 10] = [
    "Ada", "Bruno", "Céline", "Dora", "Emil", "Flora", "Gaston", "Hanna", "Ivo", "Jeanne",
];
const LAST_NAMES: [&str; 10] = [
    "Albrecht", "Blanc", "Carter", "Dupont", "Ellis", "Fischer", "Girard", "Hughes", "Imhof",
    "Joly",
];
const LANGUAGES: [&str; 3] = ["en", "fr", "de"];
const PLACES: [[&str; 8]; 3] = [
    [
        "Garden",
        "Island",
        "Harbour",
        "Library",
        "Valley",
        "Station",
        "Lighthouse",
        "Orchard",
    ],
    [
        "jardin", "rivage", "port", "musée", "vallon", "quai", "phare", "verger",
    ],
    [
        "Garten", "Strand", "Hafen", "Turm", "Wald", "Bahnhof", "Fluss", "Acker",
    ],
];

impl Store {
    /// Fills an empty store with a number of books.
    pub(crate) async fn fill(&self, books: i64) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let known: i64 = sqlx::query_scalar("SELECT count(*) FROM authors")
            .fetch_one(&mut *transaction)
            .await?;
        if known > 0 {
            return Ok(());
        }
        let mut authors: Vec<i64> = Vec::new();
        for (number, last) in (0..).zip(LAST_NAMES) {
            for (offset, first) in (0..).zip(FIRST_NAMES) {
                let born: Option<i64> = (offset != 9).then_some(1800 + number * 15 + offset);
                let author = sqlx::query_scalar(
                    "INSERT INTO authors (name, born) VALUES ($1, $2) RETURNING id",
                )
                .bind(format!("{first} {last}"))
                .bind(born)
                .fetch_one(&mut *transaction)
                .await?;
                authors.push(author);
            }
        }
        for (number, author) in (0..books).zip(authors.iter().cycle()) {
            let language = cycle(&LANGUAGES, number);
            let place = cycle(&cycle(&PLACES, number), number / 3);
            sqlx::query(
                "INSERT INTO books (author_id, title, language, published, price_cents) \
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(author)
            .bind(format!("{place} {}", number + 1))
            .bind(language)
            .bind(1830 + number % 190)
            .bind(490 + number * 37 % 4500)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await
    }
}

/// The element at a position of an endlessly repeated list.
fn cycle<T: Copy>(list: &[T], position: i64) -> T {
    let position = usize::try_from(position).unwrap_or_default();
    list[position % list.len()]
}

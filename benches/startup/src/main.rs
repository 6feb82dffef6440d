//! Builds applications of 100, 1,000 and 5,000 endpoints, and measures the time and the added
//! memory.
//!
//! Each controller has five verbs, with paths, a query, bodies and `Result`s, and its own model.
//! There are 200 controllers; the largest application mounts them at several paths. Each size is
//! built in a separate process.

use std::borrow::Cow;
use std::process::Command;
use std::time::Instant;

use dmr::{Body, Controller, ErrorResponses, Path, Query, Router, controller};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

const SIZES: [usize; 3] = [100, 1_000, 5_000];
const CONTROLLERS: usize = 200;
const VERBS: usize = 5;

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only described")]
struct Id {
    id: u64,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only described")]
struct Page {
    #[schemars(range(min = 1))]
    number: Option<u32>,
    #[schemars(range(min = 1, max = 100))]
    size: Option<u32>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Fields {
    #[schemars(length(min = 1, max = 100))]
    name: String,
    #[schemars(range(min = 0))]
    count: i64,
    tags: Vec<String>,
    parent: Option<u64>,
}

/// A model with a separate name for each `N`.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Item<const N: usize>(Fields);

impl<const N: usize> JsonSchema for Item<N> {
    fn schema_name() -> Cow<'static, str> {
        format!("Item{N}").into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Fields::json_schema(generator)
    }
}

#[derive(ErrorResponses)]
enum StoreError {
    /// There is no such item.
    #[response(status = 404)]
    Missing,
    /// The name is taken.
    #[response(status = 409)]
    Taken,
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "there is no such item",
            Self::Taken => "the name is taken",
        })
    }
}

struct Items<const N: usize>;

#[controller]
impl<const N: usize> Controller for Items<N> {
    async fn get(&self, _: Path<Id>, _: Query<Page>) -> Result<Item<N>, StoreError> {
        Err(StoreError::Missing)
    }

    async fn post(&self, _: Path<Id>, item: Body<Item<N>>) -> Result<Item<N>, StoreError> {
        Ok(item.0)
    }

    async fn put(&self, _: Path<Id>, item: Body<Item<N>>) -> Result<Item<N>, StoreError> {
        Ok(item.0)
    }

    async fn patch(&self, _: Path<Id>, _: Body<Item<N>>) -> Result<Item<N>, StoreError> {
        Err(StoreError::Taken)
    }

    async fn delete(&self, _: Path<Id>) -> Result<u64, StoreError> {
        Ok(1)
    }
}

/// A router with `endpoints` endpoints.
fn router(endpoints: usize) -> Router {
    let mut router = Router::new("api/");
    let controllers = endpoints / VERBS;
    for version in 0..controllers.div_ceil(CONTROLLERS) {
        let rest = controllers - version * CONTROLLERS;
        seq_macro::seq!(N in 0..200 {
            if N < rest {
                router = router.route(format!("v{version}/items{}/{{id}}/", N), Items::<N>);
            }
        });
    }
    router
}

/// The anonymous resident memory of this process, in bytes.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kilobytes
        .and_then(|text| text.parse::<usize>().ok())
        .expect("a number")
        * 1024
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    if let Some(size) = arguments.next() {
        let size = size.parse().expect("how many endpoints");
        let router = router(size);
        let before = memory();
        let begin = Instant::now();
        let api = router.build().expect("an application");
        let took = begin.elapsed();
        println!(
            "| {size} | {:.1} | {:.0} | {:.1} | {} |",
            took.as_secs_f64() * 1e3,
            took.as_secs_f64() * 1e6 / size as f64,
            (memory() - before) as f64 / f64::from(1 << 20),
            api.openapi().len() / 1024,
        );
        return;
    }
    println!("| endpoints | build, ms | for each, µs | added memory, MiB | openapi.json, KiB |");
    println!("|---|---|---|---|---|");
    for size in SIZES {
        let program = std::env::current_exe().expect("this program");
        let status = Command::new(program).arg(size.to_string()).status();
        assert!(status.expect("a run").success());
    }
}

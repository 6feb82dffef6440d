//! State that several controllers share, and helper functions.

use std::sync::Arc;

use dmr::test::TestClient;
use dmr::{Controller, Router, controller};

/// The state of all controllers of the application.
struct Store {
    names: Vec<String>,
}

/// One controller for several lists: `S` says where the names come from.
struct Names<S> {
    source: S,
}

trait Source: Send + Sync + 'static {
    fn names(&self) -> Vec<String>;
}

impl Source for Arc<Store> {
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }
}

impl Source for &'static [&'static str] {
    fn names(&self) -> Vec<String> {
        self.iter().map(|name| (*name).to_owned()).collect()
    }
}

#[controller]
impl<S: Source> Controller for Names<S> {
    const GREETING: &'static str = "hello";

    async fn get(&self) -> Vec<String> {
        self.greeted().await
    }

    async fn greeted(&self) -> Vec<String> {
        let names = self.source.names();
        names.iter().map(|name| Self::greet(name)).collect()
    }

    /// Helps `greeted`.
    fn greet(name: &str) -> String {
        format!("{} {name}", Self::GREETING)
    }
}

struct Count {
    store: Arc<Store>,
}

#[controller]
impl Controller for Count {
    async fn get(&self) -> usize {
        self.store.names.len()
    }
}

#[actix_web::test]
async fn shared_state_and_helpers() {
    let store = Arc::new(Store {
        names: vec!["Ada".to_owned()],
    });
    let fixed: &[&str] = &["Bob"];
    let router = Router::new("")
        .route(
            "stored/",
            Names {
                source: Arc::clone(&store),
            },
        )
        .route("fixed/", Names { source: fixed })
        .route("count/", Count { store });
    let client = TestClient::new(router).await.expect("it is right");
    let stored = client.get("/stored/").send().await;
    assert_eq!(stored.json::<Vec<String>>(), ["hello Ada"]);
    let fixed = client.get("/fixed/").send().await;
    assert_eq!(fixed.json::<Vec<String>>(), ["hello Bob"]);
    assert_eq!(client.get("/count/").send().await.json::<usize>(), 1);
}

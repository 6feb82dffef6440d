//! Drives the example `bookstore` as its users do: on SQLite, and on PostgreSQL if the machine has
//! it.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod example;
mod openapi;
mod postgres;

use client::{Connection, Response};
use example::{Directory, Example};
use serde_json::{Value, json};

#[path = "bookstore/uploads.rs"]
mod uploads;

use self::uploads::wait_for_uploads;

/// The application with its own database and covers.
struct Bookstore {
    example: Example,
    directory: Directory,
}

impl Bookstore {
    fn sqlite(name: &str, arguments: &[&str]) -> Self {
        let directory = Directory::new(name);
        let database = directory.path("books.sqlite");
        Self::start(directory, &database, arguments)
    }

    fn start(directory: Directory, database: &str, arguments: &[&str]) -> Self {
        let (covers, temporary) = (directory.path("covers"), directory.path("tmp"));
        std::fs::create_dir(&temporary).expect("a directory");
        let mut all = vec!["--database", database, "--covers", &covers];
        all.extend(arguments);
        let example = Example::start("bookstore", &all, &[("TMPDIR", &temporary)]);
        Self { example, directory }
    }

    fn get(&self, path: &str) -> Response {
        self.example.get(path, &[])
    }

    /// The body, which has to be JSON.
    fn json(&self, path: &str) -> Value {
        json(&self.get(path))
    }

    fn uploads_left(&self) -> (usize, usize, usize) {
        let files = |path: &str| {
            let entries = std::fs::read_dir(self.directory.path(path)).expect("a directory");
            entries.count()
        };
        // The example creates its own directory below the temporary one.
        (
            files("covers"),
            files("tmp") - 1,
            self.example.nameless_files(),
        )
    }
}

fn json(response: &Response) -> Value {
    serde_json::from_str(&response.body).expect("the body is JSON")
}

fn assert_is(response: &Response, status: u16, body: &str) {
    assert_eq!((response.status, response.body.as_str()), (status, body));
}

#[test]
fn everything_on_sqlite() {
    everything(&Bookstore::sqlite("bookstore", &[]));
}

#[test]
fn everything_on_postgresql() {
    let Some(server) = postgres::Server::start() else {
        eprintln!("skipped: there is no PostgreSQL server to start");
        return;
    };
    let directory = Directory::new("bookstore-postgresql");
    everything(&Bookstore::start(directory, &server.url(), &[]));
}

fn everything(store: &Bookstore) {
    authors(store);
    lists(store);
    versions(store);
    refusals(store);
    covers(store);
    export(store);
    text_that_is_no_pattern(store);
    document(store);
}

fn authors(store: &Bookstore) {
    let example = &store.example;
    let made = example.send_json("POST", "/api/authors/", &[], r#"{"name":"Jane Austen"}"#);
    assert_is(&made, 201, r#"{"id":101,"name":"Jane Austen","born":null}"#);
    assert_eq!(made.header("location"), "/api/authors/101/");
    assert_is(
        &example.send_json(
            "PUT",
            "/api/authors/101/",
            &[],
            r#"{"name":"Jane Austen","born":1775}"#,
        ),
        200,
        r#"{"id":101,"name":"Jane Austen","born":1775}"#,
    );
    assert_is(
        &store.get("/api/authors/101/"),
        200,
        r#"{"id":101,"name":"Jane Austen","born":1775}"#,
    );
    assert_is(
        &store.get("/api/authors/?search=AUST"),
        200,
        r#"{"count":1,"num_pages":1,"per_page":20,"page":{"number":1,"object_list":[{"id":101,"name":"Jane Austen","born":1775}]}}"#,
    );
    let page = store.json("/api/authors/?page=3&per_page=50");
    assert_eq!(
        (&page["count"], &page["num_pages"], &page["page"]["number"]),
        (&json!(101), &json!(3), &json!(3))
    );
    assert_eq!(
        page["page"]["object_list"].as_array().map(Vec::len),
        Some(1)
    );
    assert_is(&example.send("DELETE", "/api/authors/101/", &[]), 204, "");
    assert_is(
        &store.get("/api/authors/101/"),
        404,
        r#"{"detail":"There is no author 101","status":404,"type":"author_not_found"}"#,
    );
}

fn lists(store: &Bookstore) {
    // From cursor to cursor: no book is repeated or missing.
    let mut ids = Vec::new();
    let mut cursor = "0".to_owned();
    loop {
        let page = store.json(&format!(
            "/api/books/?limit=100&language=de&cursor={cursor}"
        ));
        for book in page["items"].as_array().expect("a list") {
            assert_eq!(book["language"], "de");
            ids.push(book["id"].as_i64().expect("a number"));
        }
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(ids, (3..=2000).step_by(3).collect::<Vec<i64>>());

    assert_is(
        &store.get("/api/books/?author_id=7&published_from=2000&published_to=2010&title=GARDEN"),
        200,
        r#"{"items":[],"next":null}"#,
    );
    assert_is(
        &store.get("/api/books/?author_id=7&published_from=1990&published_to=1996"),
        200,
        r#"{"items":[{"id":1307,"author_id":7,"title":"musée 1307","language":"fr","published":1996,"price_cents":3812,"cover":null}],"next":null}"#,
    );
}

fn versions(store: &Bookstore) {
    let example = &store.example;
    let path = "/api/books/5/";
    let book = store.get(path);
    let body = r#"{"id":5,"author_id":5,"title":"rivage 5","language":"fr","published":1834,"price_cents":638,"cover":null}"#;
    assert_is(&book, 200, body);
    assert_eq!(book.header("etag"), "\"1\"");

    let current = example.get(path, &[("If-None-Match", "\"1\"")]);
    assert_is(&current, 304, "");
    assert_eq!(current.header("etag"), "\"1\"");

    let changed = example.send_json(
        "PATCH",
        path,
        &[("If-Match", "\"1\"")],
        r#"{"price_cents":700}"#,
    );
    assert_is(&changed, 200, &body.replace("638", "700"));
    assert_eq!(changed.header("etag"), "\"2\"");
    let late = example.send_json(
        "PATCH",
        path,
        &[("If-Match", "\"1\"")],
        r#"{"price_cents":800}"#,
    );
    assert_is(
        &late,
        412,
        r#"{"detail":"The resource has changed in the meantime","status":412}"#,
    );
    let whole =
        r#"{"author_id":6,"title":"Rivage","language":"en","published":1834,"price_cents":638}"#;
    let replaced = example.send_json("PUT", path, &[], whole);
    assert_is(
        &replaced,
        200,
        r#"{"id":5,"author_id":6,"title":"Rivage","language":"en","published":1834,"price_cents":638,"cover":null}"#,
    );
    assert_eq!(replaced.header("etag"), "\"3\"");
    assert_is(
        &example.get(path, &[("If-None-Match", "\"1\"")]),
        200,
        &replaced.body,
    );

    // Many requests change one version at once. One of them wins.
    let outcomes: Vec<u16> = std::thread::scope(|scope| {
        let changes: Vec<_> = (0..8)
            .map(|price| {
                let body = format!("{{\"price_cents\":{price}}}");
                scope.spawn(move || {
                    let condition = [("If-Match", "\"3\"")];
                    example.send_json("PATCH", path, &condition, &body).status
                })
            })
            .collect();
        let statuses = changes
            .into_iter()
            .map(|change| change.join().expect("an answer"));
        statuses.collect()
    });
    let won = outcomes.iter().filter(|status| **status == 200).count();
    let lost = outcomes.iter().filter(|status| **status == 412).count();
    assert_eq!((won, lost), (1, 7), "{outcomes:?}");
}

fn refusals(store: &Bookstore) {
    let example = &store.example;
    assert_is(
        &example.send_json("POST", "/api/authors/", &[], r#"{"name":"Ada Albrecht"}"#),
        409,
        r#"{"detail":"There is one already","status":409,"type":"duplicate"}"#,
    );
    assert_is(
        &example.send("DELETE", "/api/authors/1/", &[]),
        409,
        r#"{"detail":"The author 1 has books","status":409,"type":"has_books"}"#,
    );
    let book =
        r#"{"author_id":999,"title":"Emma","language":"en","published":1815,"price_cents":990}"#;
    assert_is(
        &example.send_json("POST", "/api/books/", &[], book),
        404,
        r#"{"detail":"There is no author 999","status":404,"type":"author_not_found"}"#,
    );
    // A book with the title of another one of its author.
    let other = store.json("/api/books/1/");
    let path = format!(
        "/api/books/{}/",
        store.json("/api/books/?limit=2")["items"][1]["id"]
    );
    let mut fields = other.clone();
    let members = fields.as_object_mut().expect("a book");
    members.retain(|name, _| !["id", "cover"].contains(&name.as_str()));
    assert_is(
        &example.send_json("PUT", &path, &[], &fields.to_string()),
        409,
        r#"{"detail":"There is one already","status":409,"type":"duplicate"}"#,
    );
    let problem = example.send_json(
        "POST",
        "/api/books/",
        &[("Accept", "application/problem+json")],
        r#"{"author_id":"1","title":"","language":"es","published":9999,"price_cents":-1,"more":1}"#,
    );
    assert_eq!(problem.header("content-type"), "application/problem+json");
    assert_is(
        &problem,
        400,
        "{\"detail\":\"Object contains unknown field `more` - at `$.parsed_body`; \
         Expected `int`, got `str` - at `$.parsed_body.author_id`; \
         Expected `str` of length >= 1 - at `$.parsed_body.title`; \
         Invalid enum value 'es' - at `$.parsed_body.language`; \
         Expected `int` <= 2100 - at `$.parsed_body.published`; \
         Expected `int` >= 0 - at `$.parsed_body.price_cents`\",\"status\":400,\"type\":\"value_error\"}",
    );
    // PostgreSQL would refuse the title, and SQLite would truncate it.
    let nul =
        r#"{"author_id":1,"title":"a\u0000b","language":"en","published":1815,"price_cents":990}"#;
    assert_eq!(
        example.send_json("POST", "/api/books/", &[], nul).status,
        400
    );
    assert_eq!(store.get("/api/books/?title=a%00b").status, 400);
    assert_is(
        &store.get("/api/nothing/"),
        404,
        r#"{"detail":"Page not found","status":404,"type":"not_found"}"#,
    );
}

fn covers(store: &Bookstore) {
    let example = &store.example;
    let path = "/api/books/8/cover/";
    assert_is(
        &store.get(path),
        404,
        r#"{"detail":"The book 8 has no cover","status":404,"type":"cover_not_found"}"#,
    );
    for (content, media_type) in [(vec![1; 200_000], "image/png"), (vec![2; 10], "image/webp")] {
        let uploaded = upload(example, path, media_type, &content);
        assert_is(
            &uploaded,
            200,
            &format!(
                r#"{{"id":8,"author_id":8,"title":"port 8","language":"fr","published":1837,"price_cents":749,"cover":"{media_type}"}}"#
            ),
        );
        let downloaded = store.get(path);
        assert_eq!(downloaded.status, 200);
        assert_eq!(downloaded.header("content-type"), media_type);
        assert_eq!(downloaded.bytes, content);
    }
    assert_is(
        &upload(example, path, "text/html", b"<script>"),
        400,
        "{\"detail\":\"Invalid enum value 'text/html' - at `$.parsed_file_metadata.cover.content_type`\",\
         \"status\":400,\"type\":\"value_error\"}",
    );
    assert_eq!(
        upload(example, "/api/books/99999/cover/", "image/png", b"1").status,
        404
    );
    wait_for_uploads(store, (1, 0, 0));
    assert_is(&example.send("DELETE", path, &[]), 204, "");
    assert_eq!(store.get(path).status, 404);
    wait_for_uploads(store, (0, 0, 0));
}

const BOUNDARY: &str = "a-boundary";

/// The head of the part of an upload.
fn part_head(media_type: &str) -> String {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"cover\"; filename=\"c\"\r\nContent-Type: {media_type}\r\n\r\n"
    )
}

fn upload(example: &Example, path: &str, media_type: &str, content: &[u8]) -> Response {
    let form = format!("multipart/form-data; boundary={BOUNDARY}");
    let mut body = part_head(media_type).into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    client::send_body(
        &example.address,
        "PUT",
        path,
        &[("Content-Type", &form)],
        &body,
    )
}

fn export(store: &Bookstore) {
    let export = store.get("/api/export/books/");
    assert_eq!(export.header("content-type"), "application/jsonl");
    let lines: Vec<Value> = export
        .body
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    assert_eq!(lines.len(), 2000);
    assert_eq!(lines[1999], store.json("/api/books/2000/"));
    let some = store.get("/api/export/books/?author_id=100&published_from=2000");
    assert_eq!(some.body.lines().count(), 2);
}

fn text_that_is_no_pattern(store: &Bookstore) {
    let book = r#"{"author_id":1,"title":"100%_sure!'; DROP TABLE books; --","language":"en","published":1815,"price_cents":990}"#;
    let made = store.example.send_json("POST", "/api/books/", &[], book);
    assert_eq!(made.status, 201);
    for (searched, found) in [
        ("%25", 1),
        ("0%25_s", 1),
        ("_", 1),
        ("!'", 1),
        ("%25%25", 0),
    ] {
        let page = store.json(&format!("/api/books/?title={searched}"));
        assert_eq!(
            page["items"].as_array().map(Vec::len),
            Some(found),
            "{searched}"
        );
    }
    let path = made.header("location");
    assert_is(&store.example.send("DELETE", path, &[]), 204, "");
    assert_eq!(store.get(path).status, 404);
}

fn document(store: &Bookstore) {
    let document = store.json("/docs/openapi.json");
    openapi::assert_valid(&document);
    let responses = |path: &str, verb: &str| -> Vec<String> {
        let responses = document["paths"][path][verb]["responses"].as_object();
        responses.expect("responses").keys().cloned().collect()
    };
    // The error type documents its responses.
    assert_eq!(
        responses("/api/books/{id}/cover/", "put"),
        ["200", "404", "409", "412", "400", "413", "422", "406"]
    );
    assert_eq!(
        document["paths"]["/api/export/books/"]["get"]["responses"]["200"]["content"],
        json!({"application/jsonl": {"itemSchema": {"$ref": "#/components/schemas/Book"}}})
    );
}

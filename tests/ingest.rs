//! Drives the example `ingest`: its server and its client.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod example;

use std::process::Command;

use example::{Directory, Example};

struct Ingest {
    example: Example,
    directory: Directory,
}

fn ingest(name: &str) -> Ingest {
    let directory = Directory::new(name);
    let database = directory.path("readings.sqlite");
    let example = Example::start("ingest", &["--database", &database], &[]);
    Ingest { example, directory }
}

fn send(ingest: &Ingest, arguments: &[&str]) -> String {
    let output = Command::new(example::binary("ingest"))
        .args(["--port", ingest.example.port(), "send"])
        .args(arguments)
        .output()
        .expect("it was built");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn lines_are_stored_with_progress() {
    let ingest = ingest("ingest");
    let shown = send(&ingest, &["--lines", "25000"]);
    let full = "#".repeat(40);
    let half = format!(
        "[{}{}] 10000 of 25000 stored",
        "#".repeat(16),
        ".".repeat(24)
    );
    assert!(shown.starts_with(&format!("\r{half}\r")), "{shown}");
    assert!(
        shown.ends_with(&format!("\r[{full}] 25000 of 25000 stored, 0 rejected\n")),
        "{shown}"
    );
    assert_eq!(ingest.example.get("/api/readings/", &[]).body, "25000");
}

#[test]
fn bad_lines_are_named_and_the_others_stored() {
    let ingest = ingest("ingest-bad");
    let file = ingest.directory.path("readings.jsonl");
    let good = "{\"station\":\"a\",\"time\":1,\"celsius\":20.5}\n";
    let lines = [
        good,
        "{\"station\":\"a\"}\n",
        "no JSON\n",
        good,
        "{\"station\":\"\",\"time\":1,\"celsius\":99}",
    ];
    std::fs::write(&file, lines.concat()).expect("a file");
    let shown = send(&ingest, &["--file", &file]);
    let mut lines = shown.lines();
    assert_eq!(lines.next(), Some("\r2 stored, 3 rejected"));
    let errors: Vec<&str> = lines.collect();
    assert_eq!(errors.len(), 3);
    assert_eq!(
        errors[0],
        "line 2: Object missing required field `time` - at `$.parsed_body`; \
         Object missing required field `celsius` - at `$.parsed_body`"
    );
    assert!(errors[1].starts_with("line 3: expected ident"), "{shown}");
    assert_eq!(
        errors[2],
        "line 5: Expected `str` of length >= 1 - at `$.parsed_body.station`; \
         Expected `int` <= 60 - at `$.parsed_body.celsius`"
    );
}

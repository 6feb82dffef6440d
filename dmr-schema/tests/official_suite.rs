//! The official tests of JSON Schema, draft 2020-12, from
//! <https://github.com/json-schema-org/JSON-Schema-Test-Suite>.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use dmr_schema::Validator;

#[derive(Deserialize)]
struct Group {
    description: String,
    schema: Value,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    description: String,
    data: Value,
    valid: bool,
}

/// What a directory of tests has shown.
#[derive(Debug, Default)]
struct Outcome {
    right: usize,
    wrong: Vec<String>,
    /// Schemas that are refused, and why.
    refused: Vec<(String, String)>,
}

fn run(directory: &str) -> Outcome {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/json-schema-test-suite");
    let mut outcome = Outcome::default();
    for entry in tests.join(directory).read_dir().expect("the tests") {
        let file = entry.expect("a file").path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read(&file).expect("a file of tests");
        let groups: Vec<Group> = serde_json::from_slice(&text).expect("groups of tests");
        for group in groups {
            let file = file.file_stem().unwrap_or_default().to_string_lossy();
            let name = format!("{file}: {}", group.description);
            match Validator::new(&group.schema) {
                Ok(validator) => {
                    for test in group.tests {
                        if validator.is_valid(&test.data) == test.valid {
                            outcome.right += 1;
                        } else {
                            outcome.wrong.push(format!("{name}: {}", test.description));
                        }
                    }
                }
                Err(error) => outcome.refused.push((name, error.to_string())),
            }
        }
    }
    outcome.wrong.sort();
    outcome
}

#[test]
fn keywords() {
    let outcome = run("");
    assert_eq!(outcome.wrong, Vec::<String>::new());
    // schemars writes references to components, never ones to other documents or through `$id`,
    // `$anchor`, `$dynamicAnchor`.
    for (name, error) in &outcome.refused {
        assert!(
            error.ends_with("has no target") || error.starts_with("`$dynamicRef`"),
            "{name}: {error}"
        );
    }
    assert_eq!((outcome.right, outcome.refused.len()), (975, 17));
}

#[test]
fn formats() {
    let outcome = run("format");
    assert_eq!(outcome.wrong, Vec::<String>::new());
    assert_eq!((outcome.right, outcome.refused.len()), (398, 0));
}

#[test]
fn optional() {
    let outcome = run("optional");
    assert_eq!(outcome.wrong, Vec::<String>::new());
    assert_eq!((outcome.right, outcome.refused), (96, Vec::new()));
}

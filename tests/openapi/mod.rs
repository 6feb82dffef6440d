//! The official schema of OpenAPI 3.2, of 2025-11-23 (<https://spec.openapis.org/oas/3.2/schema/2025-11-23>).

use serde_json::Value;

/// Panics with all errors of a document.
pub(crate) fn assert_valid(document: &Value) {
    let schema: Value =
        serde_json::from_str(include_str!("oas-3.2-schema.json")).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

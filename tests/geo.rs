//! Drives the example `geo`.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod example;
mod openapi;

use example::Example;
use serde_json::{Value, json};

#[test]
fn places_go_out_and_come_in() {
    let example = Example::start("geo", &[], &[]);
    let window = "/api/places/?west=0&south=45&east=10&north=55";
    let response = example.get(window, &[]);
    assert_eq!(response.header("content-type"), "application/geo+json-seq");
    let feature = |name: &str, coordinates: &str, population: u32| {
        format!(
            "\x1e{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":{coordinates}}},\
             \"properties\":{{\"name\":\"{name}\",\"population\":{population}}}}}\n"
        )
    };
    let expected = feature("Paris", "[2.3522,48.8566]", 2_103_000)
        + &feature("Brussels", "[4.3517,50.8503]", 1_255_000);
    assert_eq!(response.body, expected);

    let all = example.get("/api/places/", &[]).body;
    let wrong = all.replace("-77.0428", "-277.0428");
    let check = |body: &str| {
        let headers = [("Content-Type", "application/geo+json-seq")];
        let response = client::send_body(
            &example.address,
            "PUT",
            "/api/places/",
            &headers,
            body.as_bytes(),
        );
        serde_json::from_str::<Value>(&response.body).expect("JSON")
    };
    assert_eq!(
        check(&all),
        json!({"accepted": 6, "rejected": 0, "errors": []})
    );
    let report = check(&wrong);
    assert_eq!(
        (&report["accepted"], &report["rejected"]),
        (&json!(5), &json!(1))
    );
    assert_eq!(
        report["errors"][0]["detail"][0]["msg"],
        "Expected `float` >= -180 - at `$.parsed_body.geometry.coordinates[0]`"
    );

    let document = example.get("/docs/openapi.json", &[]).body;
    let document: Value = serde_json::from_str(&document).expect("JSON");
    openapi::assert_valid(&document);
    let place = &document["paths"]["/api/places/"];
    let items = json!({"application/geo+json-seq": {"itemSchema": {"$ref": "#/components/schemas/Feature"}}});
    assert_eq!(place["get"]["responses"]["200"]["content"], items);
    assert_eq!(place["put"]["requestBody"]["content"], items);
}

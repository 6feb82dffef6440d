//! Train tickets.

use super::*;

#[derive(Serialize, JsonSchema)]
struct Ticket {
    train: &'static str,
    from: &'static str,
    to: &'static str,
    price: f32,
}

const TICKETS: [(&str, &str, &str, f32); 3] = [
    ("ICE 123", "Berlin", "Munich", 79.9),
    ("TGV 456", "Paris", "Lyon", 49.5),
    ("EC 789", "Zurich", "Milan", 59.0),
];

struct Tickets;

#[controller]
impl Controller for Tickets {
    async fn get(&self) -> Events<'_, Ticket, (JsonLines, JsonSeq)> {
        events! {
            for (train, from, to, price) in TICKETS {
                yield Ticket { train, from, to, price };
            }
        }
    }
}

#[test]
fn item_schema() {
    let document = document(router("tickets", Tickets));
    let item = json!({"itemSchema": {"$ref": "#/components/schemas/Ticket"}});
    assert_eq!(
        content(&document, "/tickets"),
        json!({"application/jsonl": item, "application/json-seq": item})
    );
    assert_eq!(
        document["components"]["schemas"]["Ticket"]["properties"],
        json!({
            "train": {"type": "string"},
            "from": {"type": "string"},
            "to": {"type": "string"},
            "price": {"type": "number", "format": "float"},
        })
    );
}

#[test]
fn json_lines_and_json_text_sequence() {
    let address = serve(router("tickets", Tickets));
    let lines = [
        r#"{"train":"ICE 123","from":"Berlin","to":"Munich","price":79.9}"#,
        r#"{"train":"TGV 456","from":"Paris","to":"Lyon","price":49.5}"#,
        r#"{"train":"EC 789","from":"Zurich","to":"Milan","price":59.0}"#,
    ];
    let body = lines.map(|line| format!("{line}\n")).concat();
    assert_stream(&get(&address, "/tickets"), "application/jsonl", &body);
    let body = lines.map(|line| format!("\x1e{line}\n")).concat();
    let sequence = send(
        &address,
        "GET",
        "/tickets",
        &[("Accept", "application/json-seq")],
    );
    assert_stream(&sequence, "application/json-seq", &body);
}

//! Independent readers get the fields of events unchanged: Chromium's `EventSource`, and `jq
//! --seq`. If the machine lacks one, its test prints so.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod browser;
mod client;
mod example;

use std::io::Write;
use std::process::{Command, Stdio};

use browser::Browser;
use client::serve;
use dmr::stream::format::JsonSeq;
use dmr::stream::{EventId, EventName, Events, SseEvent};
use dmr::{Controller, Router, Sse, controller};
use futures_util::stream;
use serde_json::{Value, json};

/// Texts with the characters that could break a framing, at every place.
fn texts() -> impl Iterator<Item = String> {
    let nasty = [
        "\0",
        "\u{1}",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\n\r",
        "\n\n",
        "\u{1e}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{feff}",
        "\u{fffd}",
        " ",
        ":",
        "data: x",
        "\ndata: x\n\n",
        "\"",
        "\\",
        "é",
        "🦀",
        "",
    ];
    nasty.into_iter().flat_map(|nasty| {
        [
            nasty.to_owned(),
            format!("{nasty}x"),
            format!("x{nasty}"),
            format!("x{nasty}y"),
        ]
    })
}

struct Nasty;

#[controller]
impl Controller for Nasty {
    async fn get(&self) -> Sse<'_, SseEvent<String>> {
        let mut events = Vec::new();
        for text in texts() {
            events.push(SseEvent::new(text.clone()));
            events.push(SseEvent::raw(text.clone()));
            events.push(SseEvent::raw("commented").comment(text.clone()));
            if let Ok(name) = EventName::try_from(text.clone()) {
                events.push(SseEvent::raw("named").event(name));
            }
            if let Ok(id) = EventId::try_from(text) {
                events.push(SseEvent::raw("identified").id(id));
            }
        }
        let end = EventName::try_from("the end").expect("it is a name");
        events.push(SseEvent::raw("").event(end));
        Sse::new(stream::iter(events))
    }

    async fn post(&self) -> Events<'_, String, JsonSeq> {
        Events::new(stream::iter(texts()))
    }
}

/// A page of the same origin, from which a browser may listen.
struct Page;

#[controller]
impl Controller for Page {
    async fn get(&self) -> &'static str {
        "Any page will do"
    }
}

/// The events as `EventSource` has to see them: type, id and data.
fn seen() -> Vec<Value> {
    let mut seen = Vec::new();
    let mut id = String::new();
    for text in texts() {
        let json = serde_json::to_string(&text).expect("a text");
        // A line may end in three ways, which readers do not distinguish (WHATWG HTML, 9.2.5).
        let raw = text.replace("\r\n", "\n").replace('\r', "\n");
        seen.push(json!(["message", id, json]));
        seen.push(json!(["message", id, raw]));
        seen.push(json!(["message", id, "commented"]));
        let one_line = !text.contains(['\r', '\n']);
        if EventName::try_from(text.clone()).is_ok() {
            assert!(one_line);
            let name = if text.is_empty() { "message" } else { &text };
            seen.push(json!([name, id, "named"]));
        }
        if EventId::try_from(text.clone()).is_ok() {
            assert!(one_line && !text.contains('\0'));
            id = text;
            seen.push(json!(["message", id, "identified"]));
        }
    }
    seen
}

#[test]
fn a_browser_reads_events() {
    let address = serve(Router::new("").route("", Page).route("nasty/", Nasty));
    let Some(mut browser) = Browser::open("nasty", &format!("http://{address}/")) else {
        eprintln!("skipped: there is no browser");
        return;
    };
    let names: Vec<String> = texts().filter(|text| !text.is_empty()).collect();
    let names = serde_json::to_string(&names).expect("texts");
    browser.evaluate(&format!(
        "globalThis.seen = [];
         const source = new EventSource('/nasty/');
         const note = (event) => seen.push([event.type, event.lastEventId, event.data]);
         new Set(['message', ...{names}]).forEach((name) => source.addEventListener(name, note));
         source.addEventListener('the end', () => {{ source.close(); globalThis.ended = true; }});"
    ));
    browser.wait_for("globalThis.ended", &json!(true));
    let all = browser.evaluate("seen");
    let all = all.as_array().expect("a list");
    for (event, expected) in all.iter().zip(&seen()) {
        assert_eq!(event, expected);
    }
    assert_eq!(all.len(), seen().len());
}

#[test]
fn jq_reads_text_sequences() {
    let jq = Command::new("jq")
        .args(["--seq", "--compact-output", "."])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut jq) = jq else {
        eprintln!("skipped: there is no jq");
        return;
    };
    let address = serve(Router::new("").route("nasty/", Nasty));
    let sent = client::send(&address, "POST", "/nasty/", &[]);
    assert_eq!(sent.header("content-type"), "application/json-seq");
    let mut input = jq.stdin.take().expect("it is piped");
    let body = sent.body.into_bytes();
    let writer = std::thread::spawn(move || input.write_all(&body));
    let read = jq.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("jq reads all");
    assert!(read.status.success());
    let read = String::from_utf8(read.stdout).expect("UTF-8");
    let read: Vec<String> = read
        .split_terminator('\n')
        .map(|text| text.strip_prefix('\u{1e}').expect("a separator"))
        .map(|text| serde_json::from_str(text).expect("a text"))
        .collect();
    assert_eq!(read, texts().collect::<Vec<_>>());
}

//! Drives the example `chat` with two plain clients, and with a browser if the machine has one.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod browser;
mod client;
mod example;

use browser::Browser;
use client::Connection;
use example::{Directory, Example};
use serde_json::json;

fn start(port: &str, directory: &Directory) -> Example {
    let history = directory.path("messages.jsonl");
    Example::start_on(port, "chat", &["--history", &history], &[])
}

fn say(example: &Example, text: &str) {
    let body = json!({"name": "Ada", "text": text}).to_string();
    let sent = example.send_json("POST", "/api/messages/", &[], &body);
    assert_eq!(sent.status, 201, "{}", sent.body);
}

/// Listens to the messages after an id.
fn listen(example: &Example, last: Option<u64>) -> Connection {
    let resume = last.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
    let request = format!("GET /api/messages/stream/ HTTP/1.1\r\nHost: localhost\r\n{resume}\r\n");
    let mut connection = Connection::open(&example.address);
    connection.write(request.as_bytes());
    let (status, headers) = connection.head();
    assert_eq!(
        (status, headers["content-type"].as_str()),
        (200, "text/event-stream")
    );
    connection
}

/// The stream up to this number of events that begin with `id:`.
fn read(connection: &mut Connection, messages: usize) -> String {
    let mut text = String::new();
    while text.matches("id: ").count() < messages {
        let chunk = connection.chunk().expect("not cut").expect("it goes on");
        text += std::str::from_utf8(&chunk).expect("UTF-8");
    }
    text
}

fn message(id: u64, text: &str) -> String {
    format!("id: {id}\r\nevent: message\r\ndata: {{\"name\":\"Ada\",\"text\":\"{text}\"}}\r\n\r\n")
}

#[test]
fn everyone_gets_every_message_once_also_after_a_restart() {
    let directory = Directory::new("chat");
    let example = start("0", &directory);
    let port = example.port().to_owned();
    let mut listeners = [listen(&example, None), listen(&example, None)];
    say(&example, "one");
    say(&example, "two");
    for listener in &mut listeners {
        let expected = format!(
            "retry: 1000\r\n\r\n{}{}",
            message(1, "one"),
            message(2, "two")
        );
        assert_eq!(read(listener, 2), expected);
    }
    // Killed instead of stopped.
    drop(example);
    let example = start(&port, &directory);
    say(&example, "three");
    let mut back = listen(&example, Some(2));
    assert_eq!(
        read(&mut back, 1),
        format!("retry: 1000\r\n\r\n{}", message(3, "three"))
    );
    let mut late = listen(&example, None);
    assert!(read(&mut late, 3).contains(&message(1, "one")));
    // An id that belongs to another history.
    let mut lost = listen(&example, Some(99));
    let missed = format!(
        "retry: 1000\r\n\r\nevent: missed\r\ndata: \r\n\r\n{}",
        message(1, "one")
    );
    let heard = read(&mut lost, 3);
    assert!(heard.starts_with(&missed), "{heard}");
}

#[test]
fn a_browser_comes_back_by_itself() {
    let directory = Directory::new("chat-browser-history");
    let example = start("0", &directory);
    let port = example.port().to_owned();
    let url = format!("http://127.0.0.1:{port}/");
    let Some(mut browser) = Browser::open("chat-browser", &url) else {
        eprintln!("skipped: there is no browser");
        return;
    };
    let state = "document.getElementById('state')?.textContent";
    let shown = "[...document.querySelectorAll('#messages li')].map((item) => [item.dataset.id, item.textContent])";
    browser.wait_for(state, &json!("connected"));
    say(&example, "<img src=x onerror=alert(1)>");
    browser.wait_for(shown, &json!([["1", "Ada<img src=x onerror=alert(1)>"]]));

    browser.evaluate(
        "document.getElementById('name').value = 'Bob'; document.getElementById('text').value = 'two\\u2028lines'; \
         document.querySelector('button').click()",
    );
    let two = [
        json!(["1", "Ada<img src=x onerror=alert(1)>"]),
        json!(["2", "Bobtwo\u{2028}lines"]),
    ];
    browser.wait_for(shown, &json!(two));

    drop(example);
    browser.wait_for(state, &json!("connecting"));
    let example = start(&port, &directory);
    say(&example, "while you were away");
    browser.wait_for(state, &json!("connected"));
    let [one, two] = two;
    let three = json!(["3", "Adawhile you were away"]);
    browser.wait_for(shown, &json!([one, two, three]));
}

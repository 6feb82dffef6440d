//! The official Python clients of OpenAI, Anthropic and Ollama read streams without special
//! options. If the machine has no Python, or cannot install the clients, the test prints so.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dmr::stream::{events, format};
use dmr::{Body, Controller, Router, SseEvents, ValueOrEvents, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::serve;

/// The parts of every answer.
const PARTS: [&str; 3] = ["One, ", "two, ", "three"];

#[derive(Deserialize, JsonSchema)]
struct Prompt {
    model: String,
    #[serde(default)]
    stream: bool,
}

#[derive(Serialize, JsonSchema)]
struct Message {
    role: String,
    content: String,
}

impl Message {
    fn assistant(content: &str) -> Self {
        Self {
            role: "assistant".to_owned(),
            content: content.to_owned(),
        }
    }
}

/// The chat completions of OpenAI.
mod completions {
    use super::*;

    #[derive(Serialize, JsonSchema)]
    pub(super) struct Completion {
        id: &'static str,
        object: &'static str,
        created: u64,
        model: String,
        choices: [Choice; 1],
    }

    #[derive(Serialize, JsonSchema)]
    pub(super) struct Choice {
        index: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<Message>,
        #[serde(skip_serializing_if = "Option::is_none")]
        delta: Option<Message>,
        finish_reason: Option<&'static str>,
    }

    #[derive(SseEvents)]
    pub(super) enum Event {
        #[event(unnamed)]
        Chunk(Completion),
        #[event(data = "[DONE]")]
        Done,
    }

    pub(super) struct Completions;

    #[controller]
    impl Controller for Completions {
        async fn post(
            &self,
            Body(prompt): Body<Prompt>,
        ) -> ValueOrEvents<'_, Completion, Event, format::Sse> {
            let Prompt { model, stream, .. } = prompt;
            let of = move |object, choice| Completion {
                id: "1",
                object,
                created: 1,
                model: model.clone(),
                choices: [choice],
            };
            if !stream {
                let choice = Choice {
                    index: 0,
                    message: Some(Message::assistant(&PARTS.concat())),
                    delta: None,
                    finish_reason: Some("stop"),
                };
                return ValueOrEvents::Value(of("chat.completion", choice));
            }
            ValueOrEvents::Events(events! {
                for part in PARTS {
                    let choice = Choice {
                        index: 0,
                        message: None,
                        delta: Some(Message::assistant(part)),
                        finish_reason: None,
                    };
                    yield Event::Chunk(of("chat.completion.chunk", choice));
                }
                yield Event::Done;
            })
        }
    }
}

/// The messages of Anthropic.
mod messages {
    use super::*;

    #[derive(Serialize, JsonSchema)]
    pub(super) struct Answer {
        id: &'static str,
        r#type: &'static str,
        role: &'static str,
        model: String,
        content: Vec<Content>,
        stop_reason: Option<&'static str>,
        stop_sequence: Option<&'static str>,
        usage: Usage,
    }

    #[derive(Serialize, JsonSchema)]
    pub(super) struct Usage {
        #[serde(skip_serializing_if = "Option::is_none")]
        input_tokens: Option<u32>,
        output_tokens: u32,
    }

    #[derive(Serialize, JsonSchema)]
    pub(super) struct Content {
        r#type: &'static str,
        text: String,
    }

    #[derive(SseEvents)]
    pub(super) enum Event {
        MessageStart(Value),
        ContentBlockStart(Value),
        Ping(Value),
        ContentBlockDelta(Value),
        ContentBlockStop(Value),
        MessageDelta(Value),
        MessageStop(Value),
    }

    pub(super) struct Messages;

    #[controller]
    impl Controller for Messages {
        async fn post(
            &self,
            Body(prompt): Body<Prompt>,
        ) -> ValueOrEvents<'_, Answer, Event, format::Sse> {
            let mut answer = Answer {
                id: "1",
                r#type: "message",
                role: "assistant",
                model: prompt.model,
                content: Vec::new(),
                stop_reason: None,
                stop_sequence: None,
                usage: Usage {
                    input_tokens: Some(1),
                    output_tokens: 0,
                },
            };
            if !prompt.stream {
                answer.content.push(Content {
                    r#type: "text",
                    text: PARTS.concat(),
                });
                return ValueOrEvents::Value(answer);
            }
            ValueOrEvents::Events(events! {
                yield Event::MessageStart(json!({"type": "message_start", "message": answer}));
                let content = json!({"type": "text", "text": ""});
                yield Event::ContentBlockStart(
                    json!({"type": "content_block_start", "index": 0, "content_block": content})
                );
                yield Event::Ping(json!({"type": "ping"}));
                for text in PARTS {
                    let delta = json!({"type": "text_delta", "text": text});
                    yield Event::ContentBlockDelta(
                        json!({"type": "content_block_delta", "index": 0, "delta": delta})
                    );
                }
                yield Event::ContentBlockStop(json!({"type": "content_block_stop", "index": 0}));
                let delta = json!({"stop_reason": "end_turn", "stop_sequence": null});
                yield Event::MessageDelta(
                    json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 3}})
                );
                yield Event::MessageStop(json!({"type": "message_stop"}));
            })
        }
    }
}

/// The chat of Ollama.
mod chat {
    use super::*;

    #[derive(Serialize, JsonSchema)]
    pub(super) struct Part {
        model: String,
        created_at: &'static str,
        message: Message,
        done: bool,
    }

    pub(super) struct Chat;

    #[controller]
    impl Controller for Chat {
        async fn post(
            &self,
            Body(prompt): Body<Prompt>,
        ) -> ValueOrEvents<'_, Part, Part, format::NdJson> {
            let Prompt { model, stream, .. } = prompt;
            let part = move |text, done| Part {
                model: model.clone(),
                created_at: "2026-01-01T00:00:00Z",
                message: Message::assistant(text),
                done,
            };
            if !stream {
                return ValueOrEvents::Value(part(&PARTS.concat(), true));
            }
            ValueOrEvents::Events(events! {
                for text in PARTS {
                    yield part(text, false);
                }
                yield part("", true);
            })
        }
    }
}

/// The Python of an environment with the clients. The environment stays in the target directory.
fn python() -> Option<PathBuf> {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("official_clients");
    let python = environment.join("bin/python");
    let found =
        |output: std::io::Result<Output>| output.is_ok_and(|output| output.status.success());
    let imported = || found(Command::new(&python).args(["-c", IMPORTS]).output());
    if !imported() {
        let venv = ["-m", "venv", "--clear"];
        let made = Command::new("python3")
            .args(venv)
            .arg(&environment)
            .output();
        if !found(made) {
            return None;
        }
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        let installed = Command::new(&python).args(pip).args(CLIENTS).output();
        found(installed);
    }
    imported().then_some(python)
}

const CLIENTS: [&str; 3] = ["openai==3.57.0", "anthropic==2.14.0", "ollama==0.6.3"];
const IMPORTS: &str = "import openai, anthropic, ollama";

#[test]
fn the_official_clients_read_values_and_events() {
    let Some(python) = python() else {
        eprintln!("skipped: there is no Python with a network to install the clients from");
        return;
    };
    let router = Router::new("")
        .route("v1/chat/completions", completions::Completions)
        .route("v1/messages", messages::Messages)
        .route("api/chat", chat::Chat);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official_clients/read.py");
    let output = Command::new(python)
        .arg(script)
        .arg(format!("http://{}", serve(router)))
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .expect("it was there");
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problems}");
    let read: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = "One, two, three";
    assert_eq!(
        read,
        json!({
            "openai value": text,
            "openai events": PARTS,
            "anthropic value": text,
            "anthropic events": [
                "message_start", "content_block_start", "content_block_delta",
                "content_block_delta", "content_block_delta", "content_block_stop",
                "message_delta", "message_stop",
            ],
            "anthropic text": PARTS,
            "anthropic tokens": 3,
            "ollama value": text,
            "ollama events": [["One, ", false], ["two, ", false], ["three", false], ["", true]],
        })
    );
}

//! A headless browser, if the machine has one: Chromium, driven by the DevTools protocol over
//! pipes.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::example::Directory;

/// A browser with one page. Dropping the value ends it.
pub(crate) struct Browser {
    process: Child,
    commands: File,
    answers: BufReader<File>,
    session: Value,
    sent: u64,
    _profile: Directory,
}

impl Browser {
    /// Opens a page. `None` if the machine has no browser.
    pub(crate) fn open(name: &str, url: &str) -> Option<Self> {
        let found = Command::new("chromium").arg("--version").output();
        if !found.is_ok_and(|output| output.status.success()) {
            return None;
        }
        let profile = Directory::new(name);
        let (commands, answers) = (profile.path("commands"), profile.path("answers"));
        let made = Command::new("mkfifo").args([&commands, &answers]).status();
        assert!(made.expect("a program of every machine").success());
        // Chromium reads commands from descriptor 3 and writes answers to descriptor 4.
        let script = format!(
            "exec chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \
             --remote-debugging-pipe --user-data-dir='{}' 3<'{commands}' 4>'{answers}'",
            profile.path("profile")
        );
        let process = Command::new("sh")
            .args(["-c", &script])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let commands = File::options()
            .write(true)
            .open(commands)
            .expect("it reads");
        let answers = File::open(answers).expect("it writes");
        let mut browser = Self {
            process,
            commands,
            answers: BufReader::new(answers),
            session: Value::Null,
            sent: 0,
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", &json!({"url": url}));
        let attached = json!({"targetId": target["targetId"], "flatten": true});
        browser.session = browser.call("Target.attachToTarget", &attached)["sessionId"].take();
        // While one page replaces another, no context can evaluate the expression.
        let end = Instant::now() + Duration::from_secs(30);
        let is_there = json!({
            "expression": "location.href !== 'about:blank' && document.readyState === 'complete'",
        });
        loop {
            match browser.try_call("Runtime.evaluate", &is_there) {
                Ok(answer) if answer["result"]["value"] == true => return Some(browser),
                answer => assert!(Instant::now() < end, "{url} does not load: {answer:?}"),
            }
        }
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        let answer = self.try_call(method, parameters);
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    fn try_call(&mut self, method: &str, parameters: &Value) -> Result<Value, Value> {
        self.sent += 1;
        let mut command = json!({"id": self.sent, "method": method, "params": parameters});
        if !self.session.is_null() {
            command["sessionId"] = self.session.clone();
        }
        self.commands
            .write_all(format!("{command}\0").as_bytes())
            .expect("it listens");
        loop {
            let mut answer = Vec::new();
            self.answers.read_until(0, &mut answer).expect("it answers");
            answer.pop();
            let mut answer: Value = serde_json::from_slice(&answer).expect("JSON");
            if answer["id"] == self.sent {
                return match answer.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(answer["result"].take()),
                };
            }
        }
    }

    /// The value of an expression in the page.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let parameters =
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.call("Runtime.evaluate", &parameters);
        assert_eq!(answer.get("exceptionDetails"), None, "{expression}");
        answer["result"]["value"].take()
    }

    /// Waits until an expression has a value.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, expression: &str, expected: &Value) {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let value = self.evaluate(expression);
            if value == *expected {
                return;
            }
            assert!(
                Instant::now() < end,
                "{expression} is {value}, not {expected}"
            );
            // Let the page work.
            self.evaluate("new Promise((done) => setTimeout(done, 20))");
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! Runs the examples of this repository as their users do.

#![allow(dead_code, reason = "not every test uses all of it")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::client::{self, Response};

/// The process of an example. Dropping the value ends it.
pub(crate) struct Example {
    process: Child,
    pub(crate) address: String,
}

impl Example {
    /// Runs an example on a free port, and waits until it serves.
    pub(crate) fn start(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::start_on("0", name, arguments, environment)
    }

    /// Runs an example on a port, and waits until it serves.
    pub(crate) fn start_on(
        port: &str,
        name: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let mut process = Command::new(binary(name))
            .args(["--port", port])
            .args(arguments)
            .env("DMR_DEBUG", "0")
            .env("NO_COLOR", "1")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was built");
        let output = process.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let address = lines
            .find_map(|line| Some(line.split_once("serving address=")?.1.to_owned()))
            .expect("the example says where it serves");
        // The example goes on logging.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address }
    }

    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.send("GET", path, headers)
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
        client::send(&self.address, method, path, headers)
    }

    /// Sends JSON.
    pub(crate) fn send_json(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let mut all = vec![("Content-Type", "application/json")];
        all.extend(headers);
        client::send_body(&self.address, method, path, &all, body.as_bytes())
    }

    /// Asks the example to stop.
    pub(crate) fn terminate(&self) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Waits until the example has stopped. Returns whether it did in time.
    pub(crate) fn stops_within(&mut self, limit: Duration) -> bool {
        let begin = Instant::now();
        while begin.elapsed() < limit {
            if let Some(status) = self.process.try_wait().expect("it is a child") {
                return status.success();
            }
            std::thread::yield_now();
        }
        false
    }

    /// The port of the example.
    pub(crate) fn port(&self) -> &str {
        self.address.rsplit(':').next().unwrap_or_default()
    }

    /// The resident memory of the process, in bytes.
    pub(crate) fn resident(&self) -> u64 {
        client::resident_memory(&self.process.id().to_string())
    }

    /// The number of unnamed files that the process has open.
    pub(crate) fn nameless_files(&self) -> usize {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.process.id()));
        open.expect("Linux has it")
            .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
            .filter(|target| target.to_string_lossy().ends_with(" (deleted)"))
            .count()
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The path of an example, which is built once: `cargo test --test …` alone would not build it.
pub(crate) fn binary(name: &str) -> PathBuf {
    static BINARIES: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut binaries = BINARIES.lock().expect("no panic while it is locked");
    let binary = binaries.entry(name.to_owned()).or_insert_with(|| {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--all-features", "--example", name])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(built.expect("cargo runs").success());
        let test = std::env::current_exe().expect("this test has a path");
        let target = test.ancestors().nth(3).expect("the target directory");
        target.join("debug/examples").join(name)
    });
    binary.clone()
}

/// A directory for one test. Dropping the value removes it.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dmr-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    /// A path below the directory, as text.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }
}

impl std::ops::Deref for Directory {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

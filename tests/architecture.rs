//! Invariants of ARCHITECTURE.md that can be read off the source.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// What dmr-core may depend on.
const CORE_DEPENDENCIES: [&str; 34] = [
    "async-stream",
    "bytes",
    "cookie",
    "csv",
    "csv-core",
    "dmr-schema",
    "email_address",
    "erased-serde",
    "futures-core",
    "futures-util",
    "headers",
    "http",
    "http-body",
    "jsonwebtoken",
    "mediatype",
    "memchr",
    "multer",
    "percent-encoding",
    "pin-project-lite",
    "rand",
    "regex",
    "rmp-serde",
    "schemars",
    "send_wrapper",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "sonic-rs",
    "tempfile",
    "thiserror",
    "time",
    "tokio",
    "tokio-util",
    "tracing",
];

/// Web frameworks and servers.
const FRAMEWORKS: [&str; 6] = ["actix", "axum", "hyper", "poem", "salvo", "warp"];

fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the directory is there");
    entries
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The code of a file, without its comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a text");
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_core_names_no_web_framework() {
    for file in sources(&path("dmr-core/src")) {
        let code = code(&file);
        for framework in FRAMEWORKS {
            assert!(
                !code.contains(framework),
                "{} names {framework}",
                file.display()
            );
        }
    }
}

#[test]
fn the_core_depends_only_on_what_is_allowed() {
    let manifest = fs::read_to_string(path("dmr-core/Cargo.toml")).expect("a manifest");
    let dependencies = manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty());
    for line in dependencies {
        let name = line.split(['.', ' ']).next().expect("a name");
        assert!(
            CORE_DEPENDENCIES.contains(&name),
            "{name} is not on the list"
        );
    }
}

#[test]
fn generated_code_names_only_the_private_module() {
    let expand = code(&path("dmr-macros/src/controller/expand.rs"));
    assert!(
        !expand.contains("::dmr"),
        "the path of the crate comes from the options"
    );
    let default = code(&path("dmr-macros/src/controller/mod.rs"));
    assert_eq!(
        default.matches("::dmr").count(),
        1,
        "only the default is named"
    );
}

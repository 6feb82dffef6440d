//! Checks the invariants of ARCHITECTURE.md that are visible in the sources.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What dmr-core may depend on.
const CORE_DEPENDENCIES: [&str; 38] = [
    "async-stream",
    "base64",
    "bytes",
    "cookie",
    "csv",
    "csv-core",
    "dmr-client",
    "dmr-schema",
    "email_address",
    "erased-serde",
    "futures-core",
    "futures-util",
    "headers",
    "heck",
    "hmac",
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
    "sha2",
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

/// The modules of each floor of dmr-core, from the bottom up, and whether they may import each
/// other.
fn floors() -> Vec<(BTreeSet<String>, bool)> {
    let text = fs::read_to_string(path("ARCHITECTURE.md")).expect("a text");
    let (_, list) = text.split_once("<!-- floors -->").expect("the list");
    let (list, _) = list.split_once("<!-- end of floors -->").expect("its end");
    // An entry may continue on the next line.
    let begins = |line: &&str| line.starts_with(|first: char| first.is_ascii_digit());
    let lines = list.lines().filter(begins);
    lines
        .map(|line| {
            let (_, line) = line.split_once(". ").expect("a number");
            let is_circle = line.starts_with("circle: ");
            let modules = if is_circle {
                line
            } else {
                line.split(": ").next().expect("the modules")
            };
            let names = modules.split('`').skip(1).step_by(2);
            (names.map(str::to_owned).collect(), is_circle)
        })
        .collect()
}

/// The module of dmr-core to which a file belongs.
fn module(file: &Path) -> String {
    let below = file
        .strip_prefix(path("dmr-core/src"))
        .expect("a file of dmr-core");
    let first = below.components().next().expect("a name");
    let first = Path::new(first.as_os_str());
    first
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

/// The exports of the root of dmr-core, with their modules.
fn exports() -> BTreeMap<String, String> {
    let root = code(&path("dmr-core/src/lib.rs"));
    let (root, _) = root
        .split_once("pub mod __private")
        .expect("the private module");
    let mut exports = BTreeMap::new();
    for item in root.split("pub use ").skip(1) {
        let (item, _) = item.split_once(';').expect("an end");
        let Some((module, names)) = item.split_once("::") else {
            continue;
        };
        for name in names.split(|character: char| !character.is_alphanumeric() && character != '_')
        {
            exports.insert(name.to_owned(), module.to_owned());
        }
    }
    exports
}

/// The first names of a file's imports from the crate: the names after `crate::`, alone or in
/// braces.
fn imports(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        let end = text.find(|character: char| !character.is_alphanumeric() && character != '_');
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => {
                found.insert(name(rest));
            }
            Some(list) => {
                let (list, _) = list.split_once(';').unwrap_or((list, ""));
                found.extend(list.split(',').map(|item| name(item.trim())));
            }
        }
    }
    found
}

/// A module imports only from the floors below its own. In the circle, it may also import from the
/// other modules of the circle.
#[test]
fn imports_lead_to_the_floors_below() {
    let floors = floors();
    let floor_of = |module: &str| {
        floors
            .iter()
            .position(|(modules, _)| modules.contains(module))
    };
    let exports = exports();
    let mut upward = Vec::new();
    let mut seen = BTreeSet::new();
    for file in sources(&path("dmr-core/src")) {
        let module = module(&file);
        if module == "lib" {
            continue;
        }
        let floor = floor_of(&module).unwrap_or_else(|| panic!("`{module}` stands on no floor"));
        seen.insert(module.clone());
        let code = code(&file);
        // Unit tests may look anywhere.
        let (code, _) = code.split_once("#[cfg(test)]").unwrap_or((&code, ""));
        for name in imports(code) {
            let target = exports.get(&name).unwrap_or(&name);
            let Some(target_floor) = floor_of(target) else {
                continue;
            };
            let is_circle = floors[floor].1 && target_floor == floor;
            if *target != module && target_floor >= floor && !is_circle {
                upward.push(format!("{} imports `{target}`", file.display()));
            }
        }
    }
    assert_eq!(upward, Vec::<String>::new());
    let listed: BTreeSet<String> = floors
        .iter()
        .flat_map(|(modules, _)| modules.clone())
        .collect();
    assert_eq!(listed, seen, "the floors list the modules that there are");
    let circle = floors.iter().filter(|(_, is_circle)| *is_circle);
    assert!(circle.map(|(modules, _)| modules.len()).sum::<usize>() <= 5);
}

/// The greatest length of a file, in lines.
const MAX_LINES: usize = 500;

#[test]
fn no_file_is_too_long() {
    for root in [
        "src",
        "dmr-core/src",
        "dmr-schema/src",
        "dmr-actix/src",
        "dmr-client/src",
        "dmr-macros/src",
    ] {
        for file in sources(&path(root)) {
            let lines = fs::read_to_string(&file).expect("a text").lines().count();
            assert!(lines <= MAX_LINES, "{} has {lines} lines", file.display());
        }
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

/// The macro tells helper functions from hooks by a list.
#[test]
fn the_macro_knows_every_hook() {
    let list = code(&path("dmr-macros/src/helper.rs"));
    let (_, list) = list.split_once("const HOOKS").expect("the list");
    let (list, _) = list.split_once("];").expect("its end");
    let known: BTreeSet<&str> = list.split('"').skip(1).step_by(2).collect();
    let controller = code(&path("dmr-core/src/controller/mod.rs"));
    let (_, controller) = controller
        .split_once("pub trait Controller")
        .expect("the trait");
    let (controller, _) = controller.split_once("\n}").expect("its end");
    let hooks = controller.split("    fn ").skip(1);
    let hooks: BTreeSet<&str> = hooks
        .map(|hook| hook.split(['(', '<']).next().expect("a name"))
        .collect();
    assert_eq!(known, hooks);
}

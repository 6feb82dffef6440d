# Lists the recipes.
default:
    @just --list

# What CI runs; or some of its steps, such as `just ci fmt clippy`.
ci *steps:
    .ci/run {{steps}}

# Checks the formatting.
fmt: (ci "fmt")

# Lints, with warnings denied.
clippy: (ci "clippy")

# All tests: unit, HTTP, compile errors, documentation.
test: (ci "test")

# Builds the documentation, with warnings denied.
doc: (ci "doc")

# Checks licenses, sources and bans.
deny: (ci "deny")

# Counts instructions against actix-web by hand.
gate: (ci "gate")

# Fuzzes the readers and the framings, each for so many seconds.
fuzz seconds="60":
    FUZZ_SECONDS={{seconds}} .ci/run fuzz

# Measures dmr beside other frameworks.
report:
    cargo run --release --manifest-path benches/peers/Cargo.toml --features peers -- report 5

# What it costs to build an application of 200 endpoints, beside actix-web by hand and poem-openapi.
compile *applications:
    benches/compile/run {{applications}}

# What it costs to start an application of 100, 1,000 and 5,000 endpoints.
startup:
    cargo run --release --manifest-path benches/startup/Cargo.toml

# Whether the public interface breaks what was published. It needs a published version.
semver:
    cargo semver-checks --workspace

# Rewrites the expected output of the compile-error tests.
ui-bless:
    TRYBUILD=overwrite cargo test --all-features --test ui
    UPDATE_EXPECT=1 cargo test -p dmr-macros

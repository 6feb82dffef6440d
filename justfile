# Lists the recipes.
default:
    @just --list

# Runs what CI runs, or some of the steps: `just ci fmt clippy`.
ci *steps:
    .ci/run {{steps}}

# Checks the formatting.
fmt: (ci "fmt")

# Lints, with warnings denied.
clippy: (ci "clippy")

# Runs all tests: unit, HTTP, compile errors, documentation.
test: (ci "test")

# Builds the documentation, with warnings denied.
doc: (ci "doc")

# Checks licenses, sources and bans.
deny: (ci "deny")

# Counts instructions, beside hand-written actix-web.
gate: (ci "gate")

# Fuzzes each reader and each framing for `seconds`.
fuzz seconds="60":
    FUZZ_SECONDS={{seconds}} .ci/run fuzz

# Measures dmr beside other frameworks.
report:
    cargo run --release --manifest-path benches/peers/Cargo.toml --features peers -- report 5

# Measures the build of an application of 200 endpoints, beside plain actix-web and poem-openapi.
compile *applications:
    benches/compile/run {{applications}}

# Measures the start of applications of 100, 1,000 and 5,000 endpoints.
startup:
    cargo run --release --manifest-path benches/startup/Cargo.toml

# Compares the public interface with the last published version. It needs a published version.
semver:
    cargo semver-checks --workspace

# Rewrites the expected output of the compile-error tests.
ui-bless:
    TRYBUILD=overwrite cargo test --all-features --test ui
    UPDATE_EXPECT=1 cargo test -p dmr-macros

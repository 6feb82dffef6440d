# Lists the recipes.
default:
    @just --list

# What CI runs.
ci: fmt clippy test doc deny

# Checks the formatting.
fmt:
    cargo fmt --all --check

# Lints, with warnings denied.
clippy:
    cargo clippy --workspace --all-targets --all-features -- -D warnings
    cargo clippy --workspace -- -D warnings

# All tests: unit, HTTP, compile errors, documentation.
test:
    cargo test --workspace --all-features

# Builds the documentation, with warnings denied.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features

# Checks licenses, sources and bans.
deny:
    cargo deny --all-features check bans licenses sources

# Rewrites the expected output of the compile-error tests.
ui-bless:
    TRYBUILD=overwrite cargo test --all-features --test ui
    UPDATE_EXPECT=1 cargo test -p dmr-macros

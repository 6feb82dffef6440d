# Lists the recipes.
default:
    @just --list

# What CI runs.
ci: fmt clippy doc deny gate fuzz test

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

# Counts instructions against actix-web by hand.
gate:
    cargo run --release --manifest-path benches/peers/Cargo.toml -- gate

# Measures dmr beside other frameworks.
report:
    cargo run --release --manifest-path benches/peers/Cargo.toml --features peers -- report 5

# Fuzzes the readers and the framings, each for so many seconds.
fuzz seconds="60":
    cd fuzz && for target in sse_reader sse_round_trip json_lines framings body_stream; do \
        RUSTC_BOOTSTRAP=1 cargo fuzz run -s none $target -- -max_total_time={{seconds}} -rss_limit_mb=1024 || exit 1; done

# Rewrites the expected output of the compile-error tests.
ui-bless:
    TRYBUILD=overwrite cargo test --all-features --test ui
    UPDATE_EXPECT=1 cargo test -p dmr-macros

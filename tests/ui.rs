//! The compile errors of mistakes: one error, at the user's own tokens, that says what to write
//! instead.
//!
//! `just ui-bless` rewrites the expected output.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/*.rs");
}

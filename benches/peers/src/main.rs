//! Measures dmr beside other servers that do the same work: `cargo run --release -- report`, or
//! `-- gate` for the instructions alone.
//!
//! See docs/performance.md.

mod gate;
mod load;
mod report;
mod servers;
mod work;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["serve", name] => servers::serve(name),
        ["gate"] => gate::run(),
        ["report"] => report::run(5),
        ["report", rounds] => report::run(rounds.parse().unwrap_or(5)),
        _ => Err("write `report [rounds]`, `gate` or `serve NAME`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

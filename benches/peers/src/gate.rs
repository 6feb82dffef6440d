//! Counts the instructions of each request, line and event with callgrind. The counts repeat within
//! 0.1 %, so a limit either holds or does not.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::load::Server;
use crate::work::{self, ANSWER, BODY, Failure, REJECTION, WRONG};

/// One measurement: the work, how often a short and a long run do the work, and the allowed ratio
/// to the limit.
struct Measure {
    what: &'static str,
    counts: (u64, u64),
    allowed: f64,
    work: fn(&Server, u64) -> Result<(), Failure>,
}

const REQUESTS: (u64, u64) = (100, 1_100);
const ITEMS: (u64, u64) = (4_000, 24_000);

const MEASURES: [Measure; 4] = [
    Measure {
        what: "JSON request",
        counts: REQUESTS,
        allowed: 1.10,
        work: |server, count| requests(server, &work::post(BODY), count, 201, ANSWER),
    },
    Measure {
        what: "rejection",
        counts: REQUESTS,
        allowed: 1.20,
        work: |server, count| requests(server, &work::post(WRONG), count, 400, REJECTION),
    },
    Measure {
        what: "line",
        counts: ITEMS,
        allowed: 1.05,
        work: |server, count| stream(server, "lines", count),
    },
    Measure {
        what: "event",
        counts: ITEMS,
        allowed: 1.10,
        work: |server, count| stream(server, "events", count),
    },
];

fn requests(
    server: &Server,
    request: &[u8],
    count: u64,
    status: u16,
    body: &str,
) -> Result<(), Failure> {
    let mut connection = server.connect()?;
    for _ in 0..count {
        let response = connection.ask(request)?;
        if response.status != status || response.body != body.as_bytes() {
            let body = String::from_utf8_lossy(&response.body);
            return Err(format!("unexpected: {} {body}", response.status).into());
        }
    }
    Ok(())
}

fn stream(server: &Server, path: &str, count: u64) -> Result<(), Failure> {
    let response = server
        .connect()?
        .ask(&work::get(&format!("/{path}?n={count}")))?;
    let lines = if path == "events" {
        work::data(&response.body)
    } else {
        response.body
    };
    if lines == work::lines(count) {
        Ok(())
    } else {
        Err(format!("/{path} sends something else").into())
    }
}

/// Fails if dmr takes more instructions than allowed.
pub fn run() -> Result<(), Failure> {
    println!("| instructions for each | limit | dmr | ratio | allowed |\n|---|---|---|---|---|");
    let mut exceeded = Vec::new();
    for Measure {
        what,
        counts,
        allowed,
        work,
    } in MEASURES
    {
        let limit = instructions("limit", counts, work)?;
        let ours = instructions("dmr", counts, work)?;
        let ratio = ours / limit;
        println!("| {what} | {limit:.0} | {ours:.0} | {ratio:.3} | {allowed:.2} |");
        if ratio > allowed {
            exceeded.push(what);
        }
    }
    // The limit does not check lines, so there is no ratio.
    let checked = instructions("dmr", ITEMS, |server, count| {
        stream(server, "checked", count)
    })?;
    println!("| line with constraints, validated | – | {checked:.0} | – | – |");
    if exceeded.is_empty() {
        Ok(())
    } else {
        Err(format!("more than allowed: {}", exceeded.join(", ")).into())
    }
}

/// The cost of one item: the difference between a long and a short run, which leaves out the start
/// of the server.
fn instructions(
    name: &str,
    (few, many): (u64, u64),
    work: fn(&Server, u64) -> Result<(), Failure>,
) -> Result<f64, Failure> {
    let short = collected(name, |server| work(server, few))?;
    let long = collected(name, |server| work(server, many))?;
    Ok((long - short) as f64 / (many - few) as f64)
}

/// All instructions of a server that does `work`.
fn collected(name: &str, work: impl Fn(&Server) -> Result<(), Failure>) -> Result<u64, Failure> {
    let program = std::env::current_exe()?;
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["serve", name])
        .stderr(Stdio::piped());
    let mut server = Server::run(&mut command)?;
    work(&server)?;
    let mut log = server.process.stderr.take().ok_or("it is piped")?;
    Command::new("kill")
        .args(["-TERM", &server.process.id().to_string()])
        .status()?;
    let mut text = String::new();
    log.read_to_string(&mut text)?;
    let collected = text.split("Collected :").nth(1).ok_or("valgrind counts")?;
    let count = collected.split_whitespace().next().ok_or("a number")?;
    Ok(count.parse()?)
}

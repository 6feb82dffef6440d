//! Measures all servers side by side. Every round measures every server, so noise affects all of
//! them alike. Only the ratios to the limit count.

use std::thread;
use std::time::{Duration, Instant};

use crate::load::{self, Server, now};
use crate::servers::NAMES;
use crate::work::{self, ANSWER, BODY, Failure, REJECTION, WRONG};

/// How long a round sends requests.
const ROUND: Duration = Duration::from_secs(1);
/// Connections that send requests at the same time.
const CONNECTIONS: usize = 16;
/// More events than a client reads.
const ENDLESS: u64 = 1_000_000_000_000;
/// Idle streams.
const IDLE: usize = 500;
/// Streams whose clients read as fast as they can.
const FULL: usize = 64;

/// The figures of one server, with one value for each round.
#[derive(Default)]
struct Figures {
    requests: Vec<f64>,
    rejections: Vec<f64>,
    lines: Vec<f64>,
    events: Vec<f64>,
    /// From the last round.
    chunk: f64,
    overhead: f64,
    delay: f64,
    idle: f64,
    full: f64,
    stalled: f64,
}

pub fn run(rounds: u32) -> Result<(), Failure> {
    load::leave_first_core()?;
    let mut servers = Vec::new();
    for name in NAMES {
        let server = Server::start_alone(name)?;
        check(name, &server)?;
        servers.push((name, server, Figures::default()));
    }
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        // No server is always the first, and no process keeps a lucky memory layout.
        servers.rotate_left(1);
        for (name, server, _) in &mut servers {
            *server = Server::start_alone(name)?;
            check(name, server)?;
        }
        // The figures to compare are measured right after each other.
        for (_, server, figures) in &mut servers {
            figures.requests.push(requests(server, BODY)?);
        }
        for (_, server, figures) in &mut servers {
            figures.rejections.push(requests(server, WRONG)?);
        }
        for (_, server, figures) in &mut servers {
            let (lines, chunk, overhead) = stream(server, "lines")?;
            figures.lines.push(lines);
            (figures.chunk, figures.overhead) = (chunk, overhead);
        }
        for (_, server, figures) in &mut servers {
            figures.events.push(stream(server, "events")?.0);
        }
    }
    servers.sort_by_key(|(name, ..)| NAMES.iter().position(|known| known == name));
    for (_, server, figures) in &mut servers {
        figures.delay = delay(server)?;
        figures.idle = idle(server)?;
        figures.full = full(server)?;
        figures.stalled = stalled(server)?;
    }
    print(&servers);
    Ok(())
}

/// Checks that a server does the same work as the others.
fn check(name: &str, server: &Server) -> Result<(), Failure> {
    let mut connection = server.connect()?;
    let response = connection.ask(&work::post(BODY))?;
    let lines = connection.ask(&work::get("/lines?n=10"))?;
    let events = server.connect()?.ask(&work::get("/events?n=10"))?;
    let rejected = server.connect()?.ask(&work::post(WRONG))?;
    if response.status == 201
        && response.body == ANSWER.as_bytes()
        && lines.body == work::lines(10)
        && work::data(&events.body) == work::lines(10)
        && (400..500).contains(&rejected.status)
        && (!matches!(name, "dmr" | "limit") || rejected.body == REJECTION.as_bytes())
    {
        return Ok(());
    }
    let body = String::from_utf8_lossy(&response.body);
    let events = String::from_utf8_lossy(&events.body);
    Err(format!(
        "{name} does something else: {} {body} {events}",
        response.status
    )
    .into())
}

/// Requests per second.
fn requests(server: &Server, body: &str) -> Result<f64, Failure> {
    let request = work::post(body);
    let end = Instant::now() + ROUND;
    let counts = thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = server.connect().ok()?;
                    let mut count = 0_u64;
                    while Instant::now() < end {
                        if connection.ask(&request).is_err() {
                            // Some servers close the connection after a rejection.
                            connection = server.connect().ok()?;
                        }
                        count += 1;
                    }
                    Some(count)
                })
            })
            .collect();
        let counts = clients
            .into_iter()
            .map(|client| client.join().ok().flatten());
        counts.sum::<Option<u64>>()
    });
    let count = counts.ok_or("a client has failed")?;
    Ok(count as f64 / ROUND.as_secs_f64())
}

/// Events per second, events per chunk, and bytes on the wire for each byte of the body.
fn stream(server: &Server, path: &str) -> Result<(f64, f64, f64), Failure> {
    let mut connection = server.connect()?;
    connection.send(&work::get(&format!("/{path}?n={ENDLESS}")))?;
    connection.head()?;
    let mut last = Vec::new();
    let (mut body, mut wire, mut chunks) = (0, 0, 0_u64);
    let begin = Instant::now();
    let last_id = loop {
        if begin.elapsed() < ROUND {
            // A slow server sends one event in a chunk, so nothing carries over to the next chunk.
            last.clear();
        } else if let Some(id) = work::last_id(&last) {
            break id;
        }
        let (size, on_wire) = connection.chunk(&mut last)?;
        body += size;
        wire += on_wire;
        chunks += 1;
    };
    let seconds = begin.elapsed().as_secs_f64();
    let events = last_id as f64 + 1.0;
    let overhead = wire as f64 / body as f64;
    Ok((events / seconds, events / chunks as f64, overhead))
}

/// The median delay of an event from a slow source, in microseconds.
fn delay(server: &Server) -> Result<f64, Failure> {
    let mut connection = server.connect()?;
    connection.send(&work::get("/slow?n=200"))?;
    connection.head()?;
    let mut delays = Vec::new();
    loop {
        let mut chunk = Vec::new();
        if connection.chunk(&mut chunk)?.0 == 0 {
            break;
        }
        let arrived = now();
        let data = String::from_utf8(work::data(&chunk))?;
        if let Ok(sent) = data.trim().parse::<u64>() {
            delays.push(arrived.saturating_sub(sent) as f64 / 1000.0);
        }
    }
    Ok(median(&delays))
}

/// The memory of an idle stream, in KiB.
fn idle(server: &Server) -> Result<f64, Failure> {
    let open = |count: usize| -> Result<Vec<_>, Failure> {
        let mut connections = Vec::new();
        for _ in 0..count {
            let mut connection = server.connect()?;
            connection.send(&work::get("/idle"))?;
            connection.head()?;
            connection.chunk(&mut Vec::new())?;
            connections.push(connection);
        }
        Ok(connections)
    };
    let _warm = open(50)?;
    let before = server.resident()?;
    let _idle = open(IDLE)?;
    let grown = server.resident()?.saturating_sub(before);
    Ok(grown as f64 / 1024.0 / IDLE as f64)
}

/// The memory that a server needs to stream to many clients that read everything, in MiB.
fn full(server: &Server) -> Result<f64, Failure> {
    let before = server.resident()?;
    let mut most = before;
    let end = Instant::now() + ROUND;
    thread::scope(|scope| {
        let clients: Vec<_> = (0..FULL)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = server.connect().ok()?;
                    let request = work::get(&format!("/lines?n={ENDLESS}"));
                    connection.send(&request).ok()?;
                    connection.head().ok()?;
                    let mut chunk = Vec::new();
                    while Instant::now() < end {
                        chunk.clear();
                        connection.chunk(&mut chunk).ok()?;
                    }
                    Some(())
                })
            })
            .collect();
        while Instant::now() < end {
            most = most.max(server.resident()?);
            thread::sleep(Duration::from_millis(10));
        }
        let mut clients = clients.into_iter();
        if clients.all(|client| matches!(client.join(), Ok(Some(())))) {
            return Ok(());
        }
        Err(Failure::from("a client has failed"))
    })?;
    Ok(most.saturating_sub(before) as f64 / 1024.0 / 1024.0)
}

/// The memory that a server needs for a client that does not read, in KiB.
fn stalled(server: &Server) -> Result<f64, Failure> {
    let before = server.resident()?;
    let mut connection = server.connect()?;
    connection.send(&work::get(&format!("/lines?n={ENDLESS}")))?;
    thread::sleep(Duration::from_secs(1));
    let grown = server.resident()?.saturating_sub(before);
    Ok(grown as f64 / 1024.0)
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn print(servers: &[(&str, Server, Figures)]) {
    let limit = servers.iter().find(|(name, ..)| *name == "limit");
    let Some((_, _, limit)) = limit else {
        return;
    };
    println!(
        "| | JSON requests | rejections | JSON Lines | SSE | events in a chunk | bytes on the wire | delay, µs | idle stream, KiB | 64 full streams, MiB | stalled client, KiB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for (name, _, figures) in servers {
        // Ratios within a round: a slow machine slows down every server.
        let ratio = |of: fn(&Figures) -> &Vec<f64>| {
            let rounds = of(figures).iter().zip(of(limit));
            median(&rounds.map(|(ours, limit)| ours / limit).collect::<Vec<_>>())
        };
        println!(
            "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} | {:.3} | {:.0} | {:.1} | {:.1} | {:.0} |",
            ratio(|figures| &figures.requests),
            ratio(|figures| &figures.rejections),
            ratio(|figures| &figures.lines),
            ratio(|figures| &figures.events),
            figures.chunk,
            figures.overhead,
            figures.delay,
            figures.idle,
            figures.full,
            figures.stalled,
        );
    }
    println!(
        "\nlimit: {:.0} requests, {:.0} lines, {:.0} events in a second",
        median(&limit.requests),
        median(&limit.lines),
        median(&limit.events)
    );
}

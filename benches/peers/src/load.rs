//! Servers as processes, and clients that check what they get.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::work::Failure;

/// The time in nanoseconds. Both ends of a connection read the same clock.
pub fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| u64::try_from(now.as_nanos()).unwrap_or(u64::MAX))
}

/// A server process. Dropping the value kills the process.
pub struct Server {
    pub process: Child,
    pub address: String,
}

/// Keeps this process away from the core of the servers.
pub fn leave_first_core() -> Result<(), Failure> {
    let last = std::thread::available_parallelism()?.get() - 1;
    let cores = format!("{}-{last}", 1.min(last));
    let process = std::process::id().to_string();
    let moved = Command::new("taskset")
        .args(["-cp", &cores, &process])
        .stdout(Stdio::null())
        .status()?;
    if moved.success() {
        Ok(())
    } else {
        Err("taskset fails".into())
    }
}

impl Server {
    /// Starts a server that has the first core to itself.
    pub fn start_alone(name: &str) -> Result<Self, Failure> {
        let program = std::env::current_exe()?;
        let mut command = Command::new("taskset");
        Self::run(command.args(["-c", "0"]).arg(program).args(["serve", name]))
    }

    /// Runs a command that starts a server, and waits until the server listens.
    pub fn run(command: &mut Command) -> Result<Self, Failure> {
        let mut process = command.stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().ok_or("it is piped")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        Ok(Self {
            process,
            address: address.trim().to_owned(),
        })
    }

    pub fn connect(&self) -> Result<Connection, Failure> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        Ok(Connection(BufReader::with_capacity(64 * 1024, stream)))
    }

    /// Resident memory, in bytes.
    pub fn resident(&self) -> Result<u64, Failure> {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.process.id()))?;
        let pages: u64 = statm.split_whitespace().nth(1).ok_or("a field")?.parse()?;
        Ok(pages * 4096)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub struct Connection(BufReader<TcpStream>);

/// A response: its status, and its body.
pub struct Response {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Connection {
    pub fn send(&mut self, request: &[u8]) -> Result<(), Failure> {
        Ok(self.0.get_mut().write_all(request)?)
    }

    /// The status, and the length of the body if the head states it.
    pub fn head(&mut self) -> Result<(u16, Option<usize>), Failure> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line.get(9..12).ok_or("a status")?.parse()?;
        let mut length = None;
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                return Ok((status, length));
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse()?);
            }
        }
    }

    /// Reads a chunk into `body`. Returns its length, and its length on the wire.
    pub fn chunk(&mut self, body: &mut Vec<u8>) -> Result<(usize, usize), Failure> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim_end(), 16)?;
        let start = body.len();
        body.resize(start + size + 2, 0);
        self.0.read_exact(&mut body[start..])?;
        body.truncate(start + size);
        Ok((size, line.len() + size + 2))
    }

    pub fn response(&mut self) -> Result<Response, Failure> {
        let (status, length) = self.head()?;
        let mut body = Vec::new();
        if let Some(length) = length {
            body.resize(length, 0);
            self.0.read_exact(&mut body)?;
        } else {
            while self.chunk(&mut body)?.0 > 0 {}
        }
        Ok(Response { status, body })
    }

    pub fn ask(&mut self, request: &[u8]) -> Result<Response, Failure> {
        self.send(request)?;
        self.response()
    }
}

//! A client that shows the exact bytes on the wire, and a server for it.

#![allow(dead_code, reason = "not every test uses all of it")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use dmr::Router;

/// Serves a router with one worker until the process ends, and returns its address.
pub(crate) fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let server = dmr::serve(router).workers(1).listen(listener);
    std::thread::spawn(move || {
        actix_web::rt::System::new()
            .block_on(async { server.await })
            .expect("the router is right");
    });
    address
}

/// Sends a request without a body and reads the response.
pub(crate) fn send(address: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    send_body(address, method, path, headers, b"")
}

/// Sends a request and reads the response.
pub(crate) fn send_body(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    let mut request = request.into_bytes();
    request.extend_from_slice(body);
    let mut connection = Connection::open(address);
    connection.write(&request);
    connection.response_to(method)
}

/// Sends a `GET` without headers.
pub(crate) fn get(address: &str, path: &str) -> Response {
    send(address, "GET", path, &[])
}

/// One connection.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        let timeout = Some(Duration::from_secs(10));
        stream.set_read_timeout(timeout).expect("a timeout");
        Self(BufReader::new(stream))
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.try_write(bytes).expect("the request is sent");
    }

    pub(crate) fn try_write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Closes the sending half.
    pub(crate) fn finish(&mut self) {
        let _ = self.0.get_ref().shutdown(std::net::Shutdown::Write);
    }

    /// Reads a line, up to the end of the connection.
    fn line(&mut self) -> String {
        let mut line = Vec::new();
        let _ = self.0.read_until(b'\n', &mut line);
        String::from_utf8_lossy(&line).trim_end().to_owned()
    }

    /// Reads the status and the headers. The status is 0 if the connection is closed.
    pub(crate) fn head(&mut self) -> (u16, BTreeMap<String, String>) {
        let status = self.line();
        let status = status.get(9..12).and_then(|code| code.parse().ok());
        let mut headers = BTreeMap::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else {
                return (status.unwrap_or(0), headers);
            };
            // Several headers of one name are joined, one on each line.
            let values: &mut String = headers.entry(name.to_lowercase()).or_default();
            if !values.is_empty() {
                values.push('\n');
            }
            values.push_str(value);
        }
    }

    /// Reads the next chunk. `None` at the end of the body. An error if it was cut off.
    pub(crate) fn chunk(&mut self) -> Result<Option<Vec<u8>>, Cut> {
        let size = usize::from_str_radix(&self.line(), 16).map_err(|_| Cut)?;
        let mut chunk = vec![0; size + 2];
        self.0.read_exact(&mut chunk).map_err(|_| Cut)?;
        chunk.truncate(size);
        Ok((size > 0).then_some(chunk))
    }

    pub(crate) fn response(&mut self) -> Response {
        self.response_to("GET")
    }

    /// Reads the response to a method. The response to `HEAD` has no body.
    pub(crate) fn response_to(&mut self, method: &str) -> Response {
        let (status, headers) = self.head();
        let mut body = Vec::new();
        let mut complete = true;
        if method == "HEAD" || matches!(status, 204 | 304) {
            // The response has no body, whatever its headers.
        } else if let Some(length) = headers.get("content-length") {
            body = vec![0; length.parse().expect("a length")];
            self.0.read_exact(&mut body).expect("the body");
        } else if headers.contains_key("transfer-encoding") {
            loop {
                match self.chunk() {
                    Ok(Some(chunk)) => body.extend(chunk),
                    Ok(None) => break,
                    Err(Cut) => {
                        complete = false;
                        break;
                    }
                }
            }
        }
        Response {
            status,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            bytes: body,
            complete,
        }
    }
}

/// The error of a connection that ended before the body.
#[derive(Debug)]
pub(crate) struct Cut;

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as text.
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
    /// Whether the body is complete.
    pub(crate) complete: bool,
}

impl Response {
    /// The values of a header. Empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// The resident memory of a process, in bytes. `self` stands for this process.
pub(crate) fn resident_memory(process: &str) -> u64 {
    let statm = std::fs::read_to_string(format!("/proc/{process}/statm"));
    let statm = statm.expect("Linux has it");
    let pages = statm.split_whitespace().nth(1).expect("the second field");
    pages.parse::<u64>().expect("a number") * 4096
}

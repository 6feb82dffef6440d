//! A PostgreSQL server for one test, if the machine has one.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::example::Directory;

/// A server with an empty database. Dropping the value ends it.
pub(crate) struct Server {
    process: Child,
    port: u16,
    _directory: Directory,
}

impl Server {
    /// Starts a server. `None` if none is installed.
    pub(crate) fn start() -> Option<Self> {
        let programs = programs()?;
        let directory = Directory::new("postgresql");
        // The server refuses to run as root.
        let is_root = output("id", &["-u"]) == "0";
        if is_root {
            let path = directory.to_string_lossy();
            output("chown", &["postgres", &path]);
        }
        let program = |name: &str| {
            let path = programs.join(name);
            if is_root {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
                command.arg(path);
                command
            } else {
                Command::new(path)
            }
        };
        let data = directory.path("data");
        let made = program("initdb")
            .args(["--auth=trust", "--username=books", "--encoding=UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync", "-D", &data])
            .current_dir(&*directory)
            .stdout(Stdio::null())
            .status();
        assert!(made.expect("initdb runs").success());

        let port = free_port();
        let process = program("postgres")
            .args(["-D", &data, "-p", &port.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"])
            .args(["-k", &directory.to_string_lossy()])
            .current_dir(&*directory)
            .stderr(Stdio::null())
            .spawn();
        let server = Self {
            process: process.expect("postgres starts"),
            port,
            _directory: directory,
        };
        while !program("pg_isready")
            .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
            .status()
            .expect("pg_isready runs")
            .success()
        {
            std::thread::yield_now();
        }
        Some(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://books@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A fast shutdown.
        output("kill", &["-INT", &self.process.id().to_string()]);
        let _ = self.process.wait();
    }
}

/// The directory in which Debian has the programs of the newest version.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let programs = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    programs.filter(|path| path.join("initdb").exists()).max()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.expect("a program of every machine").stdout;
    String::from_utf8_lossy(&output).trim().to_owned()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

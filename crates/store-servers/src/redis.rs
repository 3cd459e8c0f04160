//! Redis, or Valkey.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::Command,
    time::Duration,
};

use crate::{
    Certificate,
    port::free_port,
    process::{Process, find},
};

const PASSWORD: &str = "test-password";

/// A Valkey server, or else a Redis server. What it acknowledged survives its end, and no power
/// cut.
#[derive(Debug)]
pub struct Redis {
    process: Process,
    program: PathBuf,
    port: u16,
    tls_port: Option<u16>,
}

impl Redis {
    /// Makes a server and starts it.
    ///
    /// # Errors
    /// When its program is not there, or does not start: what it said.
    pub fn start() -> Result<Self, String> {
        Self::start_with(None)
    }

    /// The same, with TLS on another port.
    ///
    /// # Errors
    /// The same.
    pub fn start_with(tls: Option<Certificate<'_>>) -> Result<Self, String> {
        let program = find(&["valkey-server", "redis-server"], &[]).ok_or(
            "neither Valkey nor Redis is installed; on Debian and its kin: apt-get install redis-server",
        )?;
        let mut server = Self {
            process: Process::new("store-redis")?,
            program,
            port: free_port()?,
            tls_port: tls.map(|_| free_port()).transpose()?,
        };
        if let Some(tls) = tls {
            for (name, content) in [("server.crt", tls.certificate), ("server.key", tls.key)] {
                let written = fs::write(server.process.folder.join(name), content);
                written.map_err(|error| format!("{name}: {error}"))?;
            }
        }
        server.restart()?;
        Ok(server)
    }

    /// Starts it again on the same port with the same data.
    ///
    /// # Errors
    /// What it said when it does not start.
    pub fn restart(&mut self) -> Result<(), String> {
        let port = self.port;
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.process.folder)
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args([
                "--requirepass",
                PASSWORD,
                "--save",
                "",
                "--appendonly",
                "yes",
            ]);
        if let Some(port) = self.tls_port {
            command
                .args(["--tls-port", &port.to_string(), "--tls-auth-clients", "no"])
                .args([
                    "--tls-cert-file",
                    "server.crt",
                    "--tls-key-file",
                    "server.key",
                ]);
        }
        self.process
            .start(command, || is_ready(port).unwrap_or_default())
    }

    /// Ends it in order.
    pub fn stop(&mut self) {
        self.process.stop("TERM");
    }

    /// Cuts the connections of all clients.
    ///
    /// # Errors
    /// When it does not answer as it should.
    pub fn cut(&self) -> Result<(), String> {
        let orders = [
            "CLIENT KILL TYPE normal SKIPME yes",
            "CLIENT KILL TYPE pubsub",
        ];
        let answers = ask(self.port, &orders).map_err(|error| error.to_string())?;
        if answers.iter().all(|answer| answer.starts_with(':')) {
            return Ok(());
        }
        Err(answers.join(", "))
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://:{PASSWORD}@{}", self.address())
    }

    /// Its URL over TLS, for a certificate of `localhost`, if it was started with one.
    #[must_use]
    pub fn tls_url(&self) -> Option<String> {
        let port = self.tls_port?;
        Some(format!("rediss://:{PASSWORD}@localhost:{port}"))
    }

    /// What it listens on.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Whether it answers, and has read its data.
fn is_ready(port: u16) -> std::io::Result<bool> {
    Ok(ask(port, &["PING"])? == ["+PONG"])
}

/// The answers to commands, each of a line.
fn ask(port: u16, commands: &[&str]) -> std::io::Result<Vec<String>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    write!(stream, "AUTH {PASSWORD}\r\n{}\r\n", commands.join("\r\n"))?;
    let answers = BufReader::new(stream).lines().skip(1);
    answers.take(commands.len()).collect()
}

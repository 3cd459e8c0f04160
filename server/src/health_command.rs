//! `server health`: whether the server of these settings answers, for the health check of a container without a shell.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

use crate::{settings, state::reachable};

/// How long the connection, and the answer, may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks `/healthz` at the address that the settings say.
#[must_use]
pub fn run() -> ExitCode {
    let settings = match settings::load() {
        Ok(settings) => settings,
        Err(faults) => {
            eprintln!("{faults}");
            return ExitCode::FAILURE;
        }
    };
    let address = reachable(settings.leptos.site_addr);
    match status_line(address) {
        Ok(line) if line.starts_with("HTTP/1.1 200 ") => ExitCode::SUCCESS,
        Ok(line) => {
            eprintln!("/healthz at {address} answers {line:?}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("/healthz at {address} does not answer: {error}");
            ExitCode::FAILURE
        }
    }
}

fn status_line(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

//! Runs a command while PostgreSQL and Redis or Valkey run, whose URLs it has in its environment:
//! `cargo run -p store-servers -- cargo nextest run`.
//!
//! A server that cannot be had is said, and left out; where `CI` is set, nothing runs without it.

mod control;

use std::{
    env,
    process::{Command, ExitCode},
    sync::{Arc, Mutex, PoisonError},
};

use control::Servers;
use store_servers::{POSTGRES_URL, Postgres, REDIS_URL, Redis};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("store-servers: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let mut arguments = env::args_os().skip(1);
    let program = arguments
        .next()
        .ok_or("which command? store-servers COMMAND ARGUMENT…")?;
    let mut command = Command::new(&program);
    command.args(arguments);
    let postgres = optional(Postgres::start())?;
    if let Some(server) = &postgres {
        command.env(POSTGRES_URL, server.url("postgres"));
    }
    let redis = optional(Redis::start())?;
    if let Some(server) = &redis {
        command.env(REDIS_URL, server.url());
    }
    let servers = Arc::new(Mutex::new(Servers { postgres, redis }));
    let address = control::listen(Arc::clone(&servers))
        .map_err(|error| format!("no port is free: {error}"))?;
    command.env(control::ADDRESS, address.to_string());
    let status = command.status();
    // The thread that takes orders keeps them, too, and does not end before the process.
    let mut servers = servers.lock().unwrap_or_else(PoisonError::into_inner);
    (servers.postgres, servers.redis) = (None, None);
    let status = status.map_err(|error| format!("{}: {error}", program.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Nothing where a server cannot be had, which is an error in CI alone.
fn optional<T>(started: Result<T, String>) -> Result<Option<T>, String> {
    match started {
        Ok(server) => Ok(Some(server)),
        Err(problem) if env::var_os("CI").is_some() => Err(problem),
        Err(problem) => {
            eprintln!("store-servers: left out: {problem}");
            Ok(None)
        }
    }
}

//! Stops and starts the servers while the command runs, for tests that are not written in Rust: over TCP, a line for each order
//! (`stop postgres`, `start postgres`, `cut postgres`, the same of `redis`), which is answered with `ok` or with what is wrong.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use store_servers::{Postgres, Redis};

/// The variable with the address that takes orders.
pub const ADDRESS: &str = "STORE_SERVERS_CONTROL";

/// Those that run.
#[derive(Debug)]
pub struct Servers {
    pub postgres: Option<Postgres>,
    pub redis: Option<Redis>,
}

impl Servers {
    fn carry_out(&mut self, order: &str) -> Result<(), String> {
        match (order, &mut self.postgres, &mut self.redis) {
            ("stop postgres", Some(server), _) => server.stop(),
            ("start postgres", Some(server), _) => server.restart()?,
            ("cut postgres", Some(server), _) => server.cut()?,
            ("stop redis", _, Some(server)) => server.stop(),
            ("start redis", _, Some(server)) => server.restart()?,
            ("cut redis", _, Some(server)) => server.cut()?,
            _ => return Err(format!("{order:?}: no such order, or no such server")),
        }
        Ok(())
    }
}

/// Takes orders until the process ends.
///
/// # Errors
/// When no port is free.
pub fn listen(servers: Arc<Mutex<Servers>>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = serve(stream, &servers);
        }
    });
    Ok(address)
}

fn serve(mut stream: TcpStream, servers: &Mutex<Servers>) -> io::Result<()> {
    for order in BufReader::new(stream.try_clone()?).lines() {
        let mut servers = servers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = match servers.carry_out(&order?) {
            Ok(()) => "ok".to_owned(),
            Err(problem) => problem.replace('\n', " "),
        };
        writeln!(stream, "{answer}")?;
    }
    Ok(())
}

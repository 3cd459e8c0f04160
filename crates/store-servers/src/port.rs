//! Free ports for programs that a test starts.

use std::{
    env,
    fs::{self, File},
    net::TcpListener,
    ops::Range,
    process,
    sync::{Mutex, PoisonError},
};

/// Below the ports that a system gives to whoever asks for any (from 32768 on Linux, from 49152 elsewhere).
const PORTS: Range<u16> = 20_000..32_000;

/// The locks of the ports that this process has. They end with it.
static LOCKS: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port of 127.0.0.1 that nobody listens on. Nobody else gets it while this process runs: neither who asks here, in
/// whatever process, nor who asks the system for any port.
///
/// # Errors
///
/// When no port is free, or the folder of the locks cannot be written.
pub fn free_port() -> Result<u16, String> {
    let folder = env::temp_dir().join("leptos-logto-ports");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // Processes that start together begin at ports that are far from one another.
    let first = process::id() as usize * 97 % PORTS.len();
    for port in PORTS.cycle().skip(first).take(PORTS.len()) {
        let file = folder.join(port.to_string());
        let file = File::options()
            .create(true)
            .append(true)
            .open(&file)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        if file.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            let mut locks = LOCKS.lock().unwrap_or_else(PoisonError::into_inner);
            locks.push(file);
            return Ok(port);
        }
    }
    Err(format!("no port of {PORTS:?} is free"))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, env, net::TcpListener, process::Command};

    use super::{PORTS, free_port};

    const ASKED: &str = "PORTS_ASKED_BY_ANOTHER_PROCESS";

    #[test]
    fn a_port_is_given_once() {
        let ports: HashSet<_> = (0..50).map(|_| free_port().unwrap()).collect();
        assert_eq!(ports.len(), 50);
        for port in &ports {
            assert!(PORTS.contains(port));
            TcpListener::bind(("127.0.0.1", *port)).unwrap();
        }
        if env::var_os(ASKED).is_some() {
            println!("{ports:?}");
            return;
        }
        // Another process, while this one has these.
        let other = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "port::tests::a_port_is_given_once",
                "--nocapture",
            ])
            .env(ASKED, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&other.stdout).into_owned();
        assert!(other.status.success() && said.contains('{'), "{said}");
        for port in ports {
            assert!(!said.contains(&port.to_string()), "{port}: {said}");
        }
    }
}

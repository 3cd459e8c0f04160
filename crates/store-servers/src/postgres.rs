//! PostgreSQL.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Certificate,
    port::free_port,
    process::{Process, User, find, run},
};

const USER: &str = "logto";
const PASSWORD: &str = "test-password";

/// A PostgreSQL server. It does not wait for the disk: what it acknowledged survives its end, and
/// no power cut.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    programs: PathBuf,
    user: Option<User>,
    port: u16,
    has_tls: bool,
}

impl Postgres {
    /// Makes a server and starts it.
    ///
    /// # Errors
    /// When its programs are not there, or do not start: which, and what they said.
    pub fn start() -> Result<Self, String> {
        Self::start_with(None)
    }

    /// The same, with TLS for clients that want it.
    ///
    /// # Errors
    /// The same.
    pub fn start_with(tls: Option<Certificate<'_>>) -> Result<Self, String> {
        let initdb = find(&["initdb"], &debian_folders()).ok_or(
            "PostgreSQL is not installed; on Debian and its kin: apt-get install postgresql",
        )?;
        // The folder of the programs, wherever the name in PATH leads to.
        let initdb = initdb.canonicalize().unwrap_or(initdb);
        let programs = initdb.parent().map(Into::into).unwrap_or_default();
        let mut server = Self {
            process: Process::new("store-postgres")?,
            programs,
            user: User::find(),
            port: free_port()?,
            has_tls: tls.is_some(),
        };
        server.make()?;
        if let Some(tls) = tls {
            server.write("server.crt", tls.certificate)?;
            server.write("server.key", tls.key)?;
        }
        server.restart()?;
        Ok(server)
    }

    fn make(&self) -> Result<(), String> {
        if let Some(user) = self.user {
            user.own(&self.process.folder)?;
        }
        let password = self.write("password", PASSWORD)?;
        let mut command = self.command("initdb");
        // As it is: SCRAM in an unoptimized client takes a tenth of a second for each connection.
        command
            .arg("-D")
            .arg(self.process.folder.join("data"))
            .args(["-U", USER, "--auth=password", "--no-sync"])
            .args(["--locale=C", "--encoding=UTF8", "--pwfile"])
            .arg(password);
        run(command)
    }

    /// A file that only the server may read.
    fn write(&self, name: &str, content: &str) -> Result<PathBuf, String> {
        let path = self.process.folder.join(name);
        private(&path, content).map_err(|error| format!("{}: {error}", path.display()))?;
        if let Some(user) = self.user {
            user.own(&path)?;
        }
        Ok(path)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        if let Some(user) = self.user {
            user.apply(&mut command);
        }
        command.current_dir(&self.process.folder);
        command
    }

    /// Starts it again on the same port with the same data.
    ///
    /// # Errors
    /// What it said when it does not start.
    pub fn restart(&mut self) -> Result<(), String> {
        let port = self.port.to_string();
        let mut command = self.command("postgres");
        command
            .arg("-D")
            .arg(self.process.folder.join("data"))
            .args(["-h", "127.0.0.1", "-p", &port, "-k", "", "-F"])
            .args(["-c", "max_connections=200", "-c", "shared_buffers=32MB"]);
        if self.has_tls {
            command.args(["-c", "ssl=on"]);
            for (name, file) in [
                ("ssl_cert_file", "server.crt"),
                ("ssl_key_file", "server.key"),
            ] {
                let file = self.process.folder.join(file);
                command.arg("-c").arg(format!("{name}={}", file.display()));
            }
        }
        let programs = self.programs.clone();
        self.process.start(command, || {
            let mut asking = Command::new(programs.join("pg_isready"));
            asking.args(["-q", "-h", "127.0.0.1", "-p", &port]);
            asking.status().is_ok_and(|status| status.success())
        })
    }

    /// Ends it in order, without waiting for its clients.
    pub fn stop(&mut self) {
        self.process.stop("INT");
    }

    /// Cuts the connections of all clients.
    ///
    /// # Errors
    /// When `psql` is not there, or what it said.
    pub fn cut(&self) -> Result<(), String> {
        let mut command = Command::new(self.programs.join("psql"));
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        command.args(["-qX", "-c", others, &self.url("postgres")]);
        run(command)
    }

    /// The URL of a database in it.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{PASSWORD}@{}/{database}", self.address())
    }

    /// What it listens on.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Debian keeps each version in a folder of its own, the newest first here.
fn debian_folders() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let versions = versions.filter_map(|version| version.ok()?.file_name().into_string().ok());
    let mut versions: Vec<u32> = versions.filter_map(|name| name.parse().ok()).collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    let folders = versions.iter();
    folders
        .map(|version| format!("/usr/lib/postgresql/{version}/bin").into())
        .collect()
}

fn private(path: &Path, content: &str) -> io::Result<()> {
    let mut options = fs::File::options();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content.as_bytes())
}

//! A server as a process.

use std::{
    env, fs, io,
    os::unix::{fs::DirBuilderExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

/// How long a server may take to start or stop, on a machine with much else to do.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program that runs, and its folder.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) folder: PathBuf,
    child: Option<Child>,
}

impl Process {
    /// A new folder, which only its owner may read, and nothing that runs.
    pub(crate) fn new(name: &str) -> Result<Self, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("{name}-{}-{count}", std::process::id()));
        let made = fs::DirBuilder::new().mode(0o700).create(&folder);
        made.map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        Ok(Self {
            folder,
            child: None,
        })
    }

    /// Starts a program, whose output goes into a file, and waits until it is ready.
    pub(crate) fn start(
        &mut self,
        mut command: Command,
        mut is_ready: impl FnMut() -> bool,
    ) -> Result<(), String> {
        let failed = |error: io::Error| format!("{command:?} does not start: {error}");
        let log = self.folder.join("log");
        let output = fs::File::options().create(true).append(true).open(&log);
        let output = output.map_err(failed)?;
        let failed = |error: io::Error| format!("it does not start: {error}");
        let errors = output.try_clone().map_err(failed)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(failed)?;
        let child = self.child.insert(child);
        let began = Instant::now();
        while !is_ready() {
            let has_ended = child.try_wait().map_err(failed)?.is_some();
            if has_ended || began.elapsed() > PATIENCE {
                let said = fs::read_to_string(&log).unwrap_or_default();
                return Err(format!("{command:?} does not start:\n{said}"));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Stops it by a signal, and waits for its end.
    pub(crate) fn stop(&mut self, signal: &str) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        let _ = Command::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status();
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Whoever drops a server has stopped it before, in the way of that server.
impl Drop for Process {
    fn drop(&mut self) {
        self.stop("KILL");
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The first program of these that there is, in `PATH` or one of the folders.
pub(crate) fn find(names: &[&str], folders: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let searched: Vec<_> = env::split_paths(&path).chain(folders.to_vec()).collect();
    let programs = names
        .iter()
        .flat_map(|name| searched.iter().map(move |folder| folder.join(name)));
    programs.into_iter().find(|program| program.is_file())
}

/// Runs a program to its end.
pub(crate) fn run(mut command: Command) -> Result<(), String> {
    let outcome = command.output();
    let output = outcome.map_err(|error| format!("{command:?} does not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("{command:?} failed:\n{said}"))
}

/// A user without rights, as whom a server runs that refuses to run as root. `None` when this is
/// not root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User {
    uid: u32,
    gid: u32,
}

impl User {
    pub(crate) fn find() -> Option<Self> {
        if id(&["-u"]) != Some(0) {
            return None;
        }
        ["postgres", "nobody"].into_iter().find_map(|name| {
            let uid = id(&["-u", name])?;
            let gid = id(&["-g", name])?;
            Some(Self { uid, gid })
        })
    }

    /// The program runs as this user, without the groups of root.
    pub(crate) fn apply(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    pub(crate) fn own(self, path: &Path) -> Result<(), String> {
        let changed = std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid));
        changed.map_err(|error| format!("{}: {error}", path.display()))
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

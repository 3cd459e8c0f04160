//! The program itself, as a process with few descriptors or with a log that nobody reads.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use logto_axum::SessionKeys;
use test_support::free_port;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::helpers::{
    Answer,
    browser::{Browser, http},
};

struct Process {
    child: Child,
    port: u16,
}

impl Process {
    /// Starts it in a folder of its own, with the development identity provider and everything in memory.
    async fn start(name: &str, limit: &str, log: &str) -> Self {
        Self::start_with(name, limit, log, &[]).await
    }

    async fn start_with(name: &str, limit: &str, log: &str, environment: &[(&str, &str)]) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join("Leptos.toml"),
            "[leptos]\noutput-name = \"app\"\n",
        )
        .unwrap();
        let [port, provider] = [(); 2].map(|()| free_port().unwrap());
        let program = env!("CARGO_BIN_EXE_server");
        let child = Command::new("sh")
            .args(["-c", &format!("{limit} exec '{program}'")])
            .current_dir(folder)
            .env_clear()
            .env("LEPTOS_SITE_ADDR", format!("127.0.0.1:{port}"))
            .env("DEV_IDP_ADDR", format!("127.0.0.1:{provider}"))
            .env("SESSION_STORE", "memory:")
            .env("SHOP_DATABASE", "memory:")
            .env("RUST_LOG", log)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let process = Self { child, port };
        let begun = Instant::now();
        while !process.is_healthy().await {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "it does not start"
            );
            sleep(Duration::from_millis(50)).await;
        }
        process
    }

    fn at(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn terminate(&self) {
        self.send("TERM");
    }

    fn send(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", signal, &id])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Asks over a new connection.
    async fn is_healthy(&self) -> bool {
        let request = http().get(format!("{}/healthz", self.at()));
        let answer = Answer::try_of(request.timeout(Duration::from_secs(2))).await;
        answer.is_ok_and(|answer| answer.status == 200)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// FZ-11, OU-18: with 256 descriptors and 300 silent connections of one host, people and the health check are answered.
#[tokio::test]
async fn silent_connections_of_one_host_do_not_take_the_server_down() {
    let process = Process::start("few-descriptors", "ulimit -n 256;", "warn").await;
    let base = format!("http://localhost:{}", process.port);
    let mut alice = Browser::new(&process.at(), &base);
    alice.sign_in("alice").await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(
            TcpStream::connect(("127.0.0.1", process.port))
                .await
                .unwrap(),
        );
    }
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(4) {
        assert!(process.is_healthy().await, "after {:?}", begun.elapsed());
        // A connection of its own, as somebody who comes anew.
        alice.http = http();
        let page = alice.get("/profile").await;
        assert_eq!(page.status, 200, "after {:?}", begun.elapsed());
        // Those that were closed come again.
        for stream in silent.iter_mut().take(20) {
            *stream = TcpStream::connect(("127.0.0.1", process.port))
                .await
                .unwrap();
        }
        silent.rotate_left(20);
        sleep(Duration::from_millis(100)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_audit_log_that_cannot_be_written_is_in_the_log() {
    let full = [("AUDIT_LOG", "/dev/full")];
    let mut process = Process::start_with("audit-full", "", "warn", &full).await;
    let mut log = process.child.stderr.take().unwrap();
    let base = format!("http://localhost:{}", process.port);
    Browser::new(&process.at(), &base).sign_in("alice").await;
    process.terminate();
    process.child.wait().unwrap();
    let mut said = String::new();
    log.read_to_string(&mut said).unwrap();
    let count = said.matches("the audit log cannot be written").count();
    assert_eq!(count, 1, "{said}");
}

/// OU-22
#[tokio::test]
async fn a_log_that_nobody_reads_stops_no_request() {
    let mut process = Process::start("stalled-log", "", "info").await;
    let client = http();
    for number in 0..1000 {
        let refused = client
            .post(format!("{}/sign-out", process.at()))
            .header("origin", "https://evil.example")
            .timeout(Duration::from_secs(2));
        let answer = Answer::try_of(refused).await;
        assert_eq!(answer.expect("answered").status, 403, "{number}");
        // Each of these is a line, and together they are more than a pipe holds.
        let sign_in = client
            .get(format!("{}/sign-in", process.at()))
            .header("host", format!("localhost:{}", process.port))
            .timeout(Duration::from_secs(2));
        let answer = Answer::try_of(sign_in).await;
        assert_eq!(answer.expect("answered").status, 303, "{number}");
    }
    assert!(process.is_healthy().await);
    let mut log = process.child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    });
    sleep(Duration::from_millis(1500)).await;
    drop(process);
    let text = reader.join().unwrap();
    assert!(text.len() > 64 * 1024, "a pipe holds {} bytes", text.len());
    let refused = text
        .lines()
        .filter(|line| line.contains("write refused: it does not"));
    let (counts, lines): (Vec<_>, Vec<_>) =
        refused.partition(|line| line.contains("more like this in the last second: write refused"));
    assert!(
        !counts.is_empty() && lines.len() < 300,
        "{} lines",
        lines.len()
    );
}

/// OU-14: the delay of a shutdown, and a second signal that ends it.
#[tokio::test]
async fn a_server_that_is_to_stop_accepts_connections_for_a_while() {
    for (name, delay, signals) in [("delay", "3s", 1), ("second-signal", "5m", 2)] {
        let environment = [("SHUTDOWN_DELAY", delay)];
        let mut process = Process::start_with(name, "", "warn", &environment).await;
        let ready = || http().get(format!("{}/readyz", process.at()));
        assert_eq!(Answer::of(ready()).await.status, 200);
        process.terminate();
        let begun = Instant::now();
        while Answer::of(ready()).await.status == 200 {
            assert!(begun.elapsed() < Duration::from_secs(1), "it is not ready");
        }
        assert!(process.is_healthy().await);
        for _ in 1..signals {
            process.terminate();
        }
        while process.is_healthy().await {
            assert!(begun.elapsed() < Duration::from_secs(10), "it stops");
            sleep(Duration::from_millis(20)).await;
        }
        assert!(process.child.wait().unwrap().success());
    }
}

/// A container without a shell asks the program itself.
#[tokio::test]
async fn the_command_health_tells_whether_the_server_answers() {
    let process = Process::start("health-command", "", "warn").await;
    let command = |arguments: &[&str], port: u16| {
        let output = Command::new(env!("CARGO_BIN_EXE_server"))
            .args(arguments)
            .current_dir(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("health-command"))
            .env_clear()
            .env("LEPTOS_SITE_ADDR", format!("0.0.0.0:{port}"))
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(command(&["health"], process.port), (Some(0), String::new()));
    let [port, _] = [(); 2].map(|()| free_port().unwrap());
    let (code, said) = command(&["health"], port);
    assert_eq!(code, Some(1));
    assert!(
        said.contains(&format!("127.0.0.1:{port} does not answer")),
        "{said}"
    );
    for arguments in [&["helth"][..], &["health", "x"]] {
        let (code, said) = command(arguments, port);
        assert_eq!(code, Some(2), "no server is started by mistake");
        assert!(said.contains("server health"), "{said}");
    }
}

/// Opens the session events of a browser, and reads the first of them.
async fn open_stream(browser: &Browser) -> reqwest::Response {
    let request = browser.request_for("text/event-stream", "GET", "/session-events");
    let request = request.header("accept-encoding", "gzip, br");
    let mut response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("content-encoding"));
    response.chunk().await.unwrap();
    response
}

async fn read_to_end(stream: &mut reqwest::Response) -> String {
    let mut text = String::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        text.push_str(str::from_utf8(&chunk).unwrap());
    }
    text
}

/// OU-15: open pages have a stream each, which does not keep the process from stopping.
#[tokio::test]
async fn a_stop_closes_the_streams_of_open_pages() {
    let mut process = Process::start("open-pages", "", "warn").await;
    let base = format!("http://localhost:{}", process.port);
    let mut alice = Browser::new(&process.at(), &base);
    alice.sign_in("alice").await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(open_stream(&alice).await);
    }
    process.terminate();
    let begun = Instant::now();
    for stream in &mut streams {
        assert_eq!(read_to_end(stream).await, "");
    }
    while process.child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(5), "it still runs");
        sleep(Duration::from_millis(20)).await;
    }
}

/// The audit log in a file goes on in a new file after logrotate has renamed it.
#[tokio::test]
async fn the_audit_log_is_opened_again_on_sighup() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("audit-file");
    let _ = fs::remove_dir_all(&folder);
    let environment = [("AUDIT_LOG", "audit.jsonl")];
    let process = Process::start_with("audit-file", "", "warn", &environment).await;
    let base = format!("http://localhost:{}", process.port);
    let sign_ins = async |name: &str, expected: usize| {
        let path = folder.join(name);
        let count = || {
            let text = fs::read_to_string(&path).unwrap_or_default();
            text.matches("\"event\":\"sign_in\"").count()
        };
        let begun = Instant::now();
        while count() != expected {
            let waited = begun.elapsed();
            assert!(
                waited < Duration::from_secs(5),
                "{name} has {} lines",
                count()
            );
            sleep(Duration::from_millis(20)).await;
        }
    };
    Browser::new(&process.at(), &base).sign_in("alice").await;
    sign_ins("audit.jsonl", 1).await;
    fs::rename(folder.join("audit.jsonl"), folder.join("audit.jsonl.1")).unwrap();
    Browser::new(&process.at(), &base).sign_in("alice").await;
    sign_ins("audit.jsonl.1", 2).await;
    process.send("HUP");
    // A signal arrives some time after it was sent.
    sleep(Duration::from_millis(500)).await;
    Browser::new(&process.at(), &base).sign_in("bob").await;
    sign_ins("audit.jsonl", 1).await;
    sign_ins("audit.jsonl.1", 2).await;
}

const ALICE: &str = "vy5uejihtdj7";
const BOB: &str = "0jcp3swajm9l";

/// Runs `server sessions` in a folder: its exit code, standard output and standard error.
fn sessions_command(
    folder: &Path,
    arguments: &[&str],
    store: &str,
    environment: &[(&str, &str)],
) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_server"))
        .arg("sessions")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("SESSION_STORE", store)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// LO-23: an operator ends the sessions of one person while the server runs.
#[tokio::test]
async fn the_command_sessions_lists_and_ends_sessions_of_the_running_server() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sessions-command");
    let _ = fs::remove_dir_all(&folder);
    let store = "sqlite://sessions.db";
    let environment = [("SESSION_STORE", store)];
    let process = Process::start_with("sessions-command", "", "warn", &environment).await;
    let command_with = |arguments: &[&str], environment: &[(&str, &str)]| {
        sessions_command(&folder, arguments, store, environment)
    };
    let command = |arguments: &[&str]| command_with(arguments, &[]);
    let base = format!("http://localhost:{}", process.port);
    let [mut alice, mut bob] = [(); 2].map(|()| Browser::new(&process.at(), &base));
    alice.sign_in("alice").await;
    // Times are whole seconds.
    sleep(Duration::from_millis(1100)).await;
    bob.sign_in("bob").await;
    let subjects = |listed: &str| {
        let lines = listed
            .lines()
            .skip(1)
            .map(|line| line.split('\t').next().unwrap());
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let (code, listed, said) = command(&["list"]);
    assert_eq!(
        (code, subjects(&listed)),
        (Some(0), vec![BOB.into(), ALICE.into()]),
        "the newest first: {said}"
    );
    let rows: Vec<Vec<_>> = listed
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert!(rows.iter().all(|row| row.len() == 9), "{listed}");
    assert_eq!(rows[0][..4], ["SUBJECT", "SESSION", "SID", "SIGNED_IN"]);
    let [name_of_alice, sid_of_bob] = [rows[2][1], rows[1][2]];
    assert!(
        rows[1][3].starts_with("20") && rows[1][3].ends_with('Z'),
        "{listed}"
    );
    let (_, listed, _) = command(&["list", "--sid", sid_of_bob]);
    assert_eq!(subjects(&listed), [BOB]);

    let key = SessionKeys::generate();
    let other_key = [("SESSION_KEYS", key.as_str())];
    let (code, listed, said) = command_with(&["list"], &other_key);
    assert_eq!((code, subjects(&listed)), (Some(1), vec![]));
    assert!(
        said.contains("Sessions that could not be read: 2.") && said.contains("SESSION_KEYS"),
        "{said}"
    );
    let (code, said, help) = command(&["--help"]);
    assert_eq!((code, &*help), (Some(0), ""));
    assert!(said.contains("--sub SUBJECT"), "{said}");

    let mut page_of_alice = open_stream(&alice).await;
    sleep(Duration::from_millis(500)).await;
    let (code, said, audit) = command(&["end", "--sub", ALICE]);
    assert_eq!((code, &*said), (Some(0), "sessions ended: 1\n"));
    assert!(
        audit.contains(
            "\"event\":\"revocation\",\"outcome\":\"success\",\"reason\":\"administrator\""
        ),
        "{audit}"
    );
    let named = format!("\"session\":\"{name_of_alice}\"");
    assert!(audit.contains(&named), "{audit}");
    let told = timeout(Duration::from_secs(1), read_to_end(&mut page_of_alice)).await;
    let told = told.expect("an open page hears of it within a second");
    assert!(told.ends_with("data: ended\n\n"), "{told}");
    let answer = alice.get("/profile").await;
    assert_eq!(answer.status, 303, "alice is signed out");
    assert_eq!(bob.get("/profile").await.status, 200);
    let (_, listed, _) = command(&["list"]);
    assert_eq!(subjects(&listed), [BOB]);
    let (code, said, audit) = command_with(&["end", "--all"], &other_key);
    assert_eq!((code, &*said), (Some(0), "sessions ended: 1\n"));
    assert!(audit.contains("not revoked at Logto: 1."), "{audit}");
}

/// Nothing is created by a command that finds no sessions.
#[test]
fn the_command_sessions_says_what_is_wrong_with_its_arguments_and_settings() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sessions-faults");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("Leptos.toml"),
        "[leptos]\noutput-name = \"app\"\n",
    )
    .unwrap();
    let command =
        |arguments: &[&str], store: &str| sessions_command(&folder, arguments, store, &[]);
    let (code, _, said) = command(&["end"], "memory:");
    assert_eq!(code, Some(2));
    assert!(said.contains("--sub SUBJECT"), "{said}");
    let (code, _, said) = command(&["list"], "memory:");
    assert_eq!(code, Some(1));
    assert!(
        said.contains("SESSION_STORE") && said.contains("memory"),
        "{said}"
    );
    let (code, listed, said) = command(&["list"], "sqlite://sesions.db");
    assert_eq!((code, &*listed), (Some(1), ""));
    assert!(
        said.starts_with("The settings need attention") && said.contains("there is no file"),
        "{said}"
    );
    let [store, keys] = ["sesions.db", "sesions.db.keys"].map(|name| folder.join(name));
    assert!(!store.exists() && !keys.exists(), "a command creates none");
    fs::write(&store, "").unwrap();
    let (code, _, said) = command(&["list"], "sqlite://sesions.db");
    assert_eq!(code, Some(1));
    assert!(
        said.contains("SESSION_KEYS is not set") && !keys.exists(),
        "{said}"
    );
}

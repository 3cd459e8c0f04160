//! The program as somebody starts it: what it reads, and what it says when it does not start.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio, id},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use logto_axum::SessionKeys;
use test_support::free_port;

/// A folder with a `Leptos.toml`, where the program is started.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, leptos: &str) -> Self {
        let path = env::temp_dir().join(format!("server-start-{}-{name}", id()));
        fs::create_dir_all(&path).unwrap();
        let text = format!("[leptos]\noutput-name = \"app\"\n{leptos}\n");
        fs::write(path.join("Leptos.toml"), text).unwrap();
        Self(path)
    }

    /// The program with this environment, and no other.
    fn server(&self, environment: &[(&str, &str)]) -> Command {
        let path = env::var_os("PATH").unwrap_or_default();
        let mut server = Command::new(env!("CARGO_BIN_EXE_server"));
        server
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", path)
            .envs(environment.iter().copied());
        server
    }

    /// What the program says, which must not start.
    fn refusal(&self, dotenv: &str, environment: &[(&str, &str)]) -> String {
        fs::write(self.0.join(".env"), dotenv).unwrap();
        let output = self.server(environment).output().unwrap();
        assert!(!output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// What the program writes until a line has that text, when it starts with this `.env` file and this environment.
    fn output_until(&self, text: &str, dotenv: &str, environment: &[(&str, &str)]) -> Vec<String> {
        fs::write(self.0.join(".env"), dotenv).unwrap();
        let mut server = self
            .server(&[&STARTS, environment].concat())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = Vec::new();
        for line in BufReader::new(server.stderr.take().unwrap()).lines() {
            lines.push(line.unwrap());
            if lines.last().is_some_and(|line| line.contains(text)) {
                break;
            }
        }
        server.kill().unwrap();
        server.wait().unwrap();
        lines
    }
}

/// With a Logto that nobody can connect to, everything in memory, and any free port.
const STARTS: [(&str, &str); 6] = [
    ("LOGTO_ENDPOINT", "http://localhost:1/"),
    ("LOGTO_APP_ID", "app-id"),
    ("LOGTO_APP_SECRET", "app-secret"),
    ("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
    ("SESSION_STORE", "memory:"),
    ("SHOP_DATABASE", "memory:"),
];
/// The line of the log after the first request to that Logto.
const NO_PROVIDER: &str = "identity provider cannot be reached";

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn without_the_list_of_hashed_names_the_program_says_so() {
    let folder = Folder::new("hashes", "hash-files = true\nhash-file = \"none.txt\"");
    let said = folder.refusal("", &STARTS);
    assert!(
        said.contains("[leptos] hash-files is true, but there is no"),
        "{said}"
    );
    assert!(said.contains("none.txt"), "{said}");
}

#[test]
fn the_env_file_beside_the_settings_is_read_below_the_environment() {
    let folder = Folder::new("env", "");
    let file =
        "\u{feff}# note\r\nexport APP_BASE_URL = 'from file' # note\r\nSESSION_IDLE=\"1s\"\r\n";
    let said = folder.refusal(file, &[]);
    assert!(said.contains("APP_BASE_URL is \"from file\""), "{said}");
    assert!(said.contains("SESSION_IDLE is \"1s\""), "{said}");
    let said = folder.refusal(file, &[("APP_BASE_URL", "from here")]);
    assert!(said.contains("APP_BASE_URL is \"from here\""), "{said}");
    let said = folder.refusal(file, &[("APP_BASE_URL", "")]);
    assert!(!said.contains("APP_BASE_URL"), "{said}");
    let said = folder.refusal(file, &[("ENV_FILE", ""), ("SESSION_IDLE", "2s")]);
    assert!(said.contains("SESSION_IDLE is \"2s\""), "{said}");
    assert!(!said.contains("APP_BASE_URL"), "{said}");
}

#[test]
fn production_reads_no_env_file_unless_it_is_named() {
    let file = "SESSION_IDLE=1s\n";
    for (name, leptos, mode) in [
        ("prod-environment", "", &[("LEPTOS_ENV", "PROD")][..]),
        ("prod-settings", "env = \"PROD\"", &[]),
        ("prod-empty", "env = \"PROD\"", &[("LEPTOS_ENV", "")]),
    ] {
        let folder = Folder::new(name, leptos);
        let said = folder.refusal(file, mode);
        assert!(said.contains(".env is not read in production"), "{said}");
        assert!(!said.contains("SESSION_IDLE"), "{said}");
        let named = [mode, &[("ENV_FILE", ".env")]].concat();
        let said = folder.refusal(file, &named);
        assert!(said.contains("SESSION_IDLE is \"1s\""), "{said}");
    }
}

#[test]
fn a_bad_line_of_the_env_file_is_named_and_not_shown() {
    let folder = Folder::new("line", "");
    let said = folder.refusal("A=1\nLOGTO_APP_SECRET=hush hush\n", &[]);
    assert!(said.contains(".env, line 2, is not valid"), "{said}");
    assert!(!said.contains("hush"), "{said}");
}

#[test]
fn a_port_that_is_taken_is_named_with_the_setting_to_change() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let folder = Folder::new("port", "");
    let memory = [("SESSION_STORE", "memory:"), ("SHOP_DATABASE", "memory:")];
    for (key, other) in [
        ("LEPTOS_SITE_ADDR", "DEV_IDP_ADDR"),
        ("DEV_IDP_ADDR", "LEPTOS_SITE_ADDR"),
    ] {
        let ports = [(key, taken.as_str()), (other, "127.0.0.1:0")];
        let said = folder.refusal("", &[&memory[..], &ports].concat());
        let problem = format!("{key} is {taken}, where another program listens already");
        assert!(said.contains(&problem), "{said}");
        assert_eq!(said.matches("already").count(), 1, "{said}");
        assert!(said.starts_with("The settings need attention"), "{said}");
    }
}

#[test]
fn with_a_real_logto_the_uris_to_register_are_said() {
    let folder = Folder::new("uris", "");
    let base_url = [("APP_BASE_URL", "https://app.example")];
    let said = folder.output_until("sign-out", "", &base_url);
    let uri = |name: &str| {
        let line = said.iter().find(|line| line.trim().starts_with(name));
        line.and_then(|line| line.split_whitespace().last())
    };
    let redirect = uri("Redirect URI");
    assert_eq!(redirect, Some("https://app.example/callback"), "{said:?}");
    let after = uri("Post sign-out redirect URI");
    assert_eq!(after, Some("https://app.example/"), "{said:?}");
    assert!(!said.concat().contains("app-secret"));
}

/// A proxy that answers nothing, and the first line of each request to it.
fn proxy() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, requests) = channel();
    std::thread::spawn(move || {
        while let Ok((mut socket, _)) = listener.accept() {
            let mut line = String::new();
            if BufReader::new(&socket).read_line(&mut line).is_ok() && sender.send(line).is_err() {
                return;
            }
            let _ = socket.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (address, requests)
}

/// Variables of the `.env` file are not in the environment of the process.
#[test]
fn the_proxy_that_only_the_env_file_names_is_used() {
    let folder = Folder::new("proxy", "");
    let (address, requests) = proxy();
    let file = format!("LOGTO_PROXY=environment\nHTTP_PROXY=http://{address}\n");
    let lines = folder.output_until(NO_PROVIDER, &file, &[]);
    let request = requests.recv_timeout(Duration::from_secs(1));
    let request = request.unwrap_or_else(|_| panic!("a request through the proxy: {lines:#?}"));
    let target = "http://localhost:1/oidc/.well-known/openid-configuration";
    assert!(request.starts_with(&format!("GET {target} ")), "{request}");
    let output = lines.concat();
    assert!(output.contains(&address), "the banner names it: {lines:#?}");

    while requests.try_recv().is_ok() {}
    let excepted = format!("{file}NO_PROXY=localhost\n");
    folder.output_until(NO_PROVIDER, &excepted, &[]);
    folder.output_until(NO_PROVIDER, &file, &[("HTTP_PROXY", "")]);
    assert!(requests.try_recv().is_err(), "NO_PROXY, or no proxy");
}

/// A file that was left behind must not decide how the server starts.
#[test]
fn an_env_file_that_nobody_named_cannot_start_production() {
    let folder = Folder::new("env-prod", "");
    for mode in ["PROD", "production"] {
        let file = format!("SESSION_IDLE=1h\nLEPTOS_ENV={mode}\n");
        let said = folder.refusal(&file, &[]);
        assert!(said.contains(".env, line 2, sets LEPTOS_ENV"), "{said}");
        assert!(said.contains("ENV_FILE="), "what to do: {said}");
        // Named, it is production that asks for its settings.
        let said = folder.refusal(&file, &[("ENV_FILE", ".env")]);
        assert!(said.contains("in production"), "{said}");
        // The environment goes over the file.
        let development = [("LEPTOS_ENV", "DEV"), ("SESSION_IDLE", "1s")];
        let said = folder.refusal(&file, &development);
        assert!(!said.contains("LEPTOS_ENV"), "{said}");
        // An empty variable is none: the file must not fall silent because of it.
        let said = folder.refusal(&file, &[("LEPTOS_ENV", "")]);
        assert!(said.contains(".env, line 2, sets LEPTOS_ENV"), "{said}");
    }
}

#[test]
fn an_env_file_names_no_other_file() {
    let folder = Folder::new("env-file", "");
    let said = folder.refusal("ENV_FILE=other.env\n", &[]);
    assert!(said.contains(".env, line 1, sets ENV_FILE"), "{said}");
}

#[test]
fn a_misspelt_variable_of_the_env_file_is_named_with_its_line() {
    let folder = Folder::new("misspelt", "");
    for (key, known) in [
        ("LOGTO_ENDPONT", "LOGTO_ENDPOINT"),
        ("LOGTO_SCOPES", "LOGTO_"),
        ("SESSION_KEY", "SESSION_KEYS"),
        ("APP_BASE_URI", "APP_BASE_URL"),
        ("TRUSTED_PROXY", "TRUSTED_PROXIES"),
        ("logto_endpoint", "LOGTO_ENDPOINT"),
    ] {
        let said = folder.refusal(&format!("# note\n{key}=hush\n"), &[]);
        let expected = format!(".env, line 2, sets {key}, which is not a setting");
        assert!(said.contains(&expected), "{said}");
        assert!(said.contains(&format!("for example: {known}")), "{said}");
        assert!(!said.contains("hush"), "{said}");
    }
    let others = "PATH_TO_X=1\nNODE_ENV=x\nHOST=x\nE2E_NAME=x\nLEPTOS_WASM_OPT_FEATURES=x\n";
    let lines = folder.output_until(NO_PROVIDER, others, &[("SESSION_KEY", "hush")]);
    let output = lines.join("\n");
    let warning = "SESSION_KEY of the environment is not a setting; did you mean SESSION_KEYS?";
    assert!(output.contains(warning), "{output}");
    assert!(!output.contains("hush"), "{output}");
}

#[test]
fn messages_name_the_env_file_by_its_whole_path() {
    let folder = Folder::new("path", "");
    let path = folder.0.join(".env").display().to_string();
    let said = folder.refusal("A B\n", &[]);
    assert!(said.contains(&format!("{path}, line 1, ")), "{said}");
    let said = folder.refusal("A=1\n", &[("LEPTOS_ENV", "PROD")]);
    assert!(said.contains(&format!("{path} is not read")), "{said}");
}

/// What cannot be read is a file; what is not valid is its content.
#[test]
fn a_file_that_cannot_be_read_and_a_file_that_is_not_valid_are_told_apart() {
    let folder = Folder::new("unreadable", "");
    fs::create_dir(folder.0.join("folder")).unwrap();
    let said = folder.refusal("", &[("ENV_FILE", "folder")]);
    assert!(said.contains("folder cannot be read: "), "{said}");
    let said = folder.refusal("A B\n", &[]);
    assert!(said.contains(", line 1, is not valid: "), "{said}");
    let said = Folder::new("invalid", "x = [").refusal("", &[]);
    assert!(said.contains("Leptos.toml is not valid: line 3"), "{said}");
    let missing = Folder::new("missing", "");
    fs::remove_file(missing.0.join("Leptos.toml")).unwrap();
    let said = missing.refusal("", &[]);
    assert!(said.contains("Leptos.toml cannot be read: "), "{said}");
    let here = missing.0.join("Leptos.toml");
    assert!(said.contains(&format!(" or {}", here.display())), "{said}");
    let program = Path::new(env!("CARGO_BIN_EXE_server"));
    let beside = program.with_file_name("Leptos.toml");
    assert!(said.contains(&*beside.to_string_lossy()), "{said}");
}

/// Where nothing listens, the example is about that kind of server alone.
#[test]
fn a_store_that_cannot_be_reached_is_to_be_started_or_corrected() {
    let folder = Folder::new("store-away", "");
    let key = SessionKeys::generate();
    for (scheme, other) in [("redis", "postgres"), ("postgres", "redis")] {
        let store = format!("{scheme}://127.0.0.1:{}", free_port().unwrap());
        let environment = [("SESSION_STORE", &*store), ("SESSION_KEYS", &*key)];
        let said = folder.refusal("", &environment);
        assert!(
            said.contains("start that server, or correct host and port"),
            "{said}"
        );
        assert!(!said.contains(&format!("{other}://")), "{said}");
    }
}

#[test]
fn the_banner_stands_above_the_log() {
    let lines = Folder::new("order", "").output_until(NO_PROVIDER, "", &[]);
    let find = |text: &str| lines.iter().position(|line| line.contains(text));
    assert!(find("The app is at") < find(NO_PROVIDER), "{lines:#?}");
    assert!(find("Post sign-out") < find(NO_PROVIDER), "{lines:#?}");
}

/// The keys that development makes for itself beside the file of sessions.
#[test]
fn a_key_file_that_is_not_valid_is_named() {
    let folder = Folder::new("key-file", "");
    let keys = folder.0.join("s.db.keys");
    fs::write(&keys, "short\n").unwrap();
    let environment = [
        ("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
        ("DEV_IDP_ADDR", "127.0.0.1:0"),
        ("SESSION_STORE", "sqlite://s.db"),
        ("SHOP_DATABASE", "memory:"),
    ];
    let said = folder.refusal("", &environment);
    assert!(said.contains("s.db.keys is not valid: "), "{said}");
    fs::remove_file(&keys).unwrap();
    fs::create_dir(&keys).unwrap();
    let said = folder.refusal("", &environment);
    assert!(said.contains("s.db.keys cannot be read: "), "{said}");
}

/// A fresh clone starts without a folder having been made; production does not make one.
#[test]
fn the_folder_of_the_default_store_is_made_in_development_only() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let ports = [
        ("LEPTOS_SITE_ADDR", taken.as_str()),
        ("DEV_IDP_ADDR", "127.0.0.1:0"),
    ];
    let folder = Folder::new("default-store", "");
    let memory = [("SHOP_DATABASE", "memory:")];
    let said = folder.refusal("", &[&memory[..], &ports].concat());
    assert!(said.contains("another program listens already"), "{said}");
    assert!(folder.0.join("data/sessions.db").is_file());

    let folder = Folder::new("default-store-prod", "env = \"PROD\"");
    let key = "q0lXk1mVJ7sZb9c2Qe4tRy6uHn8wLp3aFd5gTx0iBvM=";
    let production = [
        ("SESSION_KEYS", key),
        ("LOGTO_ENDPOINT", "https://tenant.logto.app/"),
        ("LOGTO_APP_ID", "app-id"),
        ("LOGTO_APP_SECRET", "app-secret"),
        ("APP_BASE_URL", "https://app.example"),
    ];
    let said = folder.refusal("", &[&memory[..], &ports, &production].concat());
    assert!(
        said.contains("SESSION_STORE") && said.contains("the folder data does not exist"),
        "{said}"
    );
    assert!(!folder.0.join("data").exists());
}

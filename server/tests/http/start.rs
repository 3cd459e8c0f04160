//! The program as somebody starts it: what it reads, and what it says when it does not start.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Command, Stdio, id},
};

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
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
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
    assert!(said.contains(".env, line 2, cannot be read"), "{said}");
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
        let told = format!("{key} is {taken}, where another program listens already");
        assert!(said.contains(&told), "{said}");
        assert_eq!(said.matches("already").count(), 1, "{said}");
    }
}

#[test]
fn with_a_real_logto_the_uris_to_register_are_said() {
    let folder = Folder::new("uris", "");
    let environment = [
        ("LOGTO_ENDPOINT", "https://tenant.logto.app/"),
        ("LOGTO_APP_ID", "app-id"),
        ("LOGTO_APP_SECRET", "app-secret"),
        ("APP_BASE_URL", "https://app.example"),
        ("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
        ("SESSION_STORE", "memory:"),
        ("SHOP_DATABASE", "memory:"),
    ];
    let mut server = folder
        .server(&environment)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = BufReader::new(server.stderr.take().unwrap());
    let mut said = Vec::new();
    for line in stderr.lines() {
        said.push(line.unwrap());
        if said.iter().any(|line| line.contains("sign-out")) {
            break;
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
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

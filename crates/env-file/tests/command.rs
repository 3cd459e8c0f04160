//! The program, in a folder of its own.

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output, id},
};

struct Folder(PathBuf);

impl Folder {
    /// A new folder with this `.env`.
    fn new(name: &str, content: &[u8]) -> Self {
        let path = env::temp_dir().join(format!("env-file-{}-{name}", id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join(".env"), content).unwrap();
        Self(path)
    }

    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_env-file"))
            .args(arguments)
            .current_dir(&self.0)
            .env_remove("ENV_FILE")
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_command_finds_the_file_in_its_environment_which_goes_before() {
    let folder = Folder::new("command", b"KEY='from file'\r\n");
    let print = ["printenv", "KEY"];
    assert_eq!(printed(&folder.run(&print, &[])), "from file\n");
    assert_eq!(printed(&folder.run(&print, &[("KEY", "here")])), "here\n");
    assert_eq!(printed(&folder.run(&print, &[("KEY", "")])), "\n");
    let without = folder.run(&print, &[("ENV_FILE", "")]);
    assert!(!without.status.success());
    fs::write(folder.0.join("other.env"), "KEY=other").unwrap();
    let other = folder.run(&print, &[("ENV_FILE", "other.env")]);
    assert_eq!(printed(&other), "other\n");
}

#[test]
fn a_bad_line_keeps_the_command_from_running() {
    let folder = Folder::new("bad", b"A=1\nKEY=hush hush\n");
    for arguments in [&["echo", "ran"][..], &[]] {
        let output = folder.run(arguments, &[]);
        assert!(!output.status.success() && output.stdout.is_empty());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("/.env, line 2, is not valid"), "{said}");
        assert!(!said.contains("hush"), "{said}");
    }
}

/// cargo-leptos reads the file without a care for either.
#[test]
fn a_check_takes_away_what_cargo_leptos_cannot_read_and_nothing_else() {
    for (content, left) in [
        (&b"\xef\xbb\xbf# x\r\nKEY=a\r\n"[..], &b"# x\r\nKEY=a\n"[..]),
        (b"# x\nKEY=a ", b"# x\nKEY=a\n"),
        (b"KEY=a", b"KEY=a"),
        (b"KEY = 'a' # x\r\n\r\n", b"KEY = 'a' # x\r\n\r\n"),
    ] {
        let folder = Folder::new("check", content);
        assert!(folder.run(&[], &[]).status.success());
        assert_eq!(fs::read(folder.0.join(".env")).unwrap(), left);
    }
}

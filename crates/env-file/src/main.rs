//! `env-file COMMAND ARGUMENT...` runs a command with the variables of `.env` in its environment; a variable that the environment
//! has already stays, also when it is empty. Without a command the file is only checked.

use std::{
    env, fs, io,
    process::{Command, ExitCode},
};

use env_file::{EnvFile, FILE, VARIABLE};

fn main() -> ExitCode {
    let file = match env_file::load(env::var(VARIABLE).ok().as_deref()) {
        Ok(file) => file,
        Err(errors) => {
            for error in errors {
                eprintln!("{error}");
            }
            return ExitCode::FAILURE;
        }
    };
    let mut arguments = env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        return match make_readable_for_cargo_leptos() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{FILE} cannot be written: {error}");
                ExitCode::FAILURE
            }
        };
    };
    let mut command = Command::new(&program);
    command.args(arguments).envs(missing(file));
    let error = run(&mut command);
    eprintln!("{} cannot be run: {error}", program.display());
    ExitCode::FAILURE
}

/// The variables that the environment does not have.
fn missing(file: Option<EnvFile>) -> impl Iterator<Item = (String, String)> {
    let variables = file.into_iter().flat_map(|file| file.variables);
    variables
        .filter(|(key, _)| env::var_os(key).is_none())
        .map(|(key, variable)| (key, variable.value))
}

/// Puts the command in this program's place. Comes back with an error only.
#[cfg(unix)]
fn run(command: &mut Command) -> io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

/// Runs the command and ends with its status. Comes back with an error only.
#[cfg(not(unix))]
fn run(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// cargo-leptos reads the file, too, and stops at a byte order mark and at blanks at the end of the last line. Both are taken
/// away; nothing else of the file is touched.
fn make_readable_for_cargo_leptos() -> io::Result<()> {
    let readable = |path| {
        dotenvy::from_path_iter(path).is_ok_and(|mut entries| entries.all(|entry| entry.is_ok()))
    };
    if !fs::exists(FILE)? || readable(FILE) {
        return Ok(());
    }
    let text = fs::read_to_string(FILE)?;
    fs::write(FILE, env_file::normalized(&text))?;
    eprintln!(
        "{FILE} was saved without byte order mark and trailing blanks, which cargo-leptos cannot read"
    );
    Ok(())
}

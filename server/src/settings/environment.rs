//! What the process is told: its environment, and below it a `.env` file.

use std::path::Path;

use super::{Fault, Faults};

/// Reads the file that `ENV_FILE` names (none, when that is empty), else `.env` in the current folder, and gives a variable of
/// the process, or else of the file. What the process has goes before, also when it is empty. Production does not read a
/// file that nobody named.
///
/// # Errors
/// Each line that cannot be read.
pub(super) fn over_file(
    process: &dyn Fn(&str) -> Option<String>,
    production: bool,
) -> Result<impl Fn(&str) -> Option<String>, Faults> {
    let mut named = process(env_file::VARIABLE);
    if production && named.is_none() {
        if Path::new(env_file::FILE).exists() {
            eprintln!("The file .env is not read in production, unless ENV_FILE=.env says so.");
        }
        named = Some(String::new());
    }
    let file = env_file::load(named.as_deref()).map_err(|errors| {
        let faults = errors
            .into_iter()
            .map(|error| Fault::new(error.place, error.problem, error.example));
        Faults(faults.collect())
    })?;
    Ok(move |key: &str| process(key).or_else(|| file.get(key).cloned()))
}

//! The environment of the process, and below it a `.env` file.

use std::env;

use env_file::EnvFile;

use super::{
    fault::{Fault, Faults},
    file, names,
};

/// Reads the file that `ENV_FILE` names (none, when that is empty), else `.env` in the current folder, and gives a variable of
/// the process, or else of the file. What the process has goes before, also when it is empty.
///
/// A file that `ENV_FILE` does not name is for development: production does not read it, and it cannot start production.
///
/// # Errors
/// Each line that is not valid, and each variable whose name is misspelt.
pub(super) fn over_file(
    process: &dyn Fn(&str) -> Option<String>,
    production: bool,
) -> Result<impl Fn(&str) -> Option<String>, Faults> {
    let named = process(env_file::VARIABLE);
    let file = if production && named.is_none() {
        let path = env_file::absolute(env_file::FILE);
        if path.exists() {
            eprintln!(
                "{} is not read in production, unless ENV_FILE=.env says so.",
                path.display()
            );
        }
        None
    } else {
        env_file::load(named.as_deref()).map_err(|errors| {
            let faults = errors
                .into_iter()
                .map(|error| Fault::new(error.place, error.problem, error.example));
            Faults(faults.collect())
        })?
    };
    if let Some(file) = &file {
        let mut faults = misspelt(file);
        faults.0.extend(names_a_file(file));
        // An empty value says nothing about the mode.
        if named.is_none() && process("LEPTOS_ENV").is_none_or(|mode| mode.is_empty()) {
            faults.0.extend(starts_production(file));
        }
        if !faults.0.is_empty() {
            return Err(faults);
        }
    }
    Ok(move |key: &str| {
        let below = file.as_ref().and_then(|file| file.variables.get(key));
        process(key).or_else(|| below.map(|variable| variable.value.clone()))
    })
}

/// A fault for each variable that is no setting and looks like one.
fn misspelt(file: &EnvFile) -> Faults {
    let suggestion = |key| Some((key, names::suggest_in_file(key)?));
    let faults = file
        .variables
        .keys()
        .filter_map(|key| suggestion(key.as_str()));
    let faults = faults.map(|(key, suggestion)| {
        let problem =
            format!("sets {key}, which is not a setting; the nearest one is {suggestion}");
        Fault::new(place(file, key), problem, suggestion)
    });
    Faults(faults.collect())
}

/// A fault when the file names a file: it is being read already.
fn names_a_file(file: &EnvFile) -> Option<Fault> {
    let key = env_file::VARIABLE;
    file.variables.get(key)?;
    let problem = format!("sets {key}, which is read from the environment only");
    Some(Fault::new(
        place(file, key),
        problem,
        "ENV_FILE=.env make run",
    ))
}

/// A fault when the file, which `ENV_FILE` does not name, starts production.
fn starts_production(file: &EnvFile) -> Option<Fault> {
    let key = "LEPTOS_ENV";
    let mode = &file.variables.get(key)?.value;
    if file::is_production(mode) != Some(true) {
        return None;
    }
    let problem = format!(
        "sets {key}={mode}, and a .env file that ENV_FILE does not name is for development only: name it, or set {key} in the \
         environment"
    );
    Some(Fault::new(place(file, key), problem, "ENV_FILE=.env"))
}

fn place(file: &EnvFile, key: &str) -> String {
    let line = file.variables.get(key).map_or(0, |variable| variable.line);
    format!("{}, line {line},", file.path.display())
}

/// A warning for each variable of the process that is no setting and looks like one. The prefix alone is no reason: Kubernetes
/// sets variables such as `LOGTO_SERVICE_HOST`.
pub(super) fn warnings() -> Vec<String> {
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let warning = |name: String| {
        let suggestion = names::suggest(&name)?;
        Some(format!(
            "{name} of the environment is not a setting; did you mean {suggestion}?"
        ))
    };
    names.filter_map(warning).collect()
}

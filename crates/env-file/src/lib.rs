//! Reads `.env` files as other dotenv libraries do, and says which line is not valid and what to write instead.
//!
//! The syntax is that of the crate `dotenvy`: `KEY=value` with blanks around `=`, an optional `export`, single and double
//! quotes, ` # comments`, LF or CRLF. Refused, because they would change a value without a word: a `$` outside single quotes
//! (other libraries replace it with a variable, or do not), an entry over several lines (a quotation mark that is not closed),
//! and a key that stands there twice.
//!
//! No message shows a value: most of them are secrets.

mod lines;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use lines::Line;
pub use lines::normalized;

/// The file that is read when nobody names another one.
pub const FILE: &str = ".env";
/// The variable that names another file. Empty: no file is read.
pub const VARIABLE: &str = "ENV_FILE";

/// The variables of a file, by key.
pub type Variables = BTreeMap<String, Variable>;

/// The value of a variable, and where it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The value.
    pub value: String,
    /// The number of the line, counted from 1.
    pub line: usize,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvFile {
    /// Its absolute path.
    pub path: PathBuf,
    /// The value.
    pub variables: Variables,
}

/// A file that cannot be read, or a line of it that is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place} {problem}\n    for example: {example}")]
pub struct Error {
    /// The file, and the line, counted from 1.
    pub place: String,
    /// The error, without the text of the line.
    pub problem: String,
    /// A valid line.
    pub example: &'static str,
}

const EXAMPLE: &str =
    "KEY=value, and with blanks or one of \" # $ \\ in the value, single quotes: KEY='value'";

/// Reads the file that `named`, the value of [`VARIABLE`], names: it must exist. An empty name means no file. Without a name it is
/// [`FILE`] in the current folder, if that exists.
///
/// # Errors
/// When the file cannot be read, and each line that is not valid.
pub fn load(named: Option<&str>) -> Result<Option<EnvFile>, Vec<Error>> {
    if named == Some("") {
        return Ok(None);
    }
    let path = absolute(named.unwrap_or(FILE));
    let name = path.display().to_string();
    let content = match fs::read(&path) {
        Ok(content) => content,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        Err(error) => {
            return Err(vec![Error {
                place: name,
                problem: format!("cannot be read: {error}"),
                example: "a file of KEY=value lines that this program may read",
            }]);
        }
    };
    let variables = parse(&name, &content)?;
    Ok(Some(EnvFile { path, variables }))
}

/// The path with the current folder before it, so that a message can be followed from anywhere.
#[must_use]
pub fn absolute(path: &str) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| Path::new(path).to_owned())
}

/// Reads the content of the file called `name`.
///
/// # Errors
/// Each line that is not valid.
pub fn parse(name: &str, content: &[u8]) -> Result<Variables, Vec<Error>> {
    let error = |line: usize, problem: String, example: &'static str| Error {
        place: format!("{name}, line {line},"),
        problem,
        example,
    };
    let text = std::str::from_utf8(content).map_err(|found| {
        let line = lines::count(&content[..found.valid_up_to()]);
        let problem = "is not UTF-8 text".to_owned();
        vec![error(line, problem, "the file, saved again as UTF-8")]
    })?;
    let mut variables = Variables::new();
    let mut errors = Vec::new();
    for (index, text) in normalized(text).lines().enumerate() {
        let line = index + 1;
        let found = lines::read(text);
        // The rest of the file may be inside the quotation marks or not: it cannot be read.
        let is_last = found == Line::Unclosed;
        let problem = match found {
            Line::Blank => None,
            Line::Unclosed => Some(
                "is not valid: it has a quotation mark that is not closed there; one in a comment counts when several blanks are \
                 before the #"
                    .to_owned(),
            ),
            Line::Invalid => Some("is not valid: it is not KEY=value".to_owned()),
            Line::Variable(key, value) if value.contains(char::is_control) => {
                Some(format!("sets {key} to a value with a control character"))
            }
            Line::Variable(key, _) if has_dollar(text) => Some(format!(
                "sets {key} to a value with $ outside single quotes, which may mean another variable"
            )),
            Line::Variable(key, value) => {
                let earlier = variables.insert(key.clone(), Variable { value, line });
                earlier.map(|Variable { line, .. }| {
                    format!("sets {key} again, as line {line} does: one of them has to go")
                })
            }
        };
        errors.extend(problem.map(|problem| error(line, problem, EXAMPLE)));
        if is_last {
            break;
        }
    }
    if errors.is_empty() {
        Ok(variables)
    } else {
        Err(errors)
    }
}

/// Whether an entry has a `$` that a library may replace: outside single quotes, and not after a backslash.
fn has_dollar(entry: &str) -> bool {
    let value = entry
        .split_once('=')
        .map_or("", |(_, value)| value.trim_start());
    let value = match value.chars().next() {
        Some('\'') => return false,
        Some('"') => value,
        _ => value.split(" #").next().unwrap_or_default(),
    };
    value.replace("\\$", "").contains('$')
}

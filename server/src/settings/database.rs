//! Where something is kept.

use super::Fault;

/// Where something is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file, as a `sqlite://` URL.
    Sqlite(String),
    /// This process.
    Memory,
}

impl Database {
    pub(super) fn judge(key: &str, text: String, example: &str) -> Result<Self, Fault> {
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        let names_a_file = text.strip_prefix("sqlite://").is_some_and(|path| {
            !path.is_empty() && !path.contains(":memory:") && !path.contains("mode=memory")
        });
        if names_a_file {
            return Ok(Self::Sqlite(text));
        }
        let problem = format!("is {text:?}; there are sqlite://path and memory:");
        Err(Fault::new(key, problem, example))
    }
}

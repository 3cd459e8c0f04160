//! A setting that is missing or invalid, as a message for the operator of the server.

use std::{fmt, io, net::SocketAddr};

/// One setting that is missing or invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} {problem}\n    for example: {example}")]
pub struct Fault {
    /// Which one: the name of the variable, or the section and key of the file.
    pub key: String,
    /// The error.
    pub problem: String,
    /// A valid value, or how to get one.
    pub example: String,
}

impl Fault {
    /// A fault. The user information of URLs in the problem, which may be a password, is left out.
    pub fn new(
        key: impl Into<String>,
        problem: impl Into<String>,
        example: impl Into<String>,
    ) -> Self {
        Self {
            key: key.into(),
            problem: without_user_information(&problem.into()),
            example: example.into(),
        }
    }
}

/// A text with `…` in the place of what stands between `://` and `@` (RFC 3986 section 3.2.1).
fn without_user_information(text: &str) -> String {
    let mut parts = text.split("://");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let authority = part.find(['/', '"', ' ']).unwrap_or(part.len());
        shown.push_str("://");
        match part[..authority].rfind('@') {
            Some(end) => {
                shown.push('…');
                shown.push_str(&part[end..]);
            }
            None => shown.push_str(part),
        }
    }
    shown
}

/// Why an address cannot be listened on, for the setting that names it.
#[must_use]
pub fn cannot_listen(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("is {address}, where another program listens already")
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("is {address}, which is no address of this machine")
        }
        io::ErrorKind::PermissionDenied => {
            format!("is {address}, and this program is not permitted to listen on that port")
        }
        _ => format!("is {address}, which cannot be listened on: {error}"),
    }
}

/// All that is wrong, so that nobody has to find out one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Keeps the value, or the faults.
    pub(super) fn note<T>(&mut self, result: Result<T, impl Into<Self>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(faults) => {
                self.0.extend(faults.into().0);
                None
            }
        }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "The settings need attention (Leptos.toml, the environment and .env)."
        )?;
        for fault in &self.0 {
            write!(f, "\n  {fault}\n")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

#[cfg(test)]
mod tests {
    use super::*;

    /// SL-05
    #[test]
    fn passwords_in_urls_are_not_shown() {
        for (given, shown) in [
            (
                "is \"https://u:hush@x.example/a\", no",
                "is \"https://…@x.example/a\", no",
            ),
            ("is \"http://hush@x@y\"", "is \"http://…@y\""),
            ("is https://x.example/@a", "is https://x.example/@a"),
            ("http://a:b@c and http://d:e@f", "http://…@c and http://…@f"),
            ("is no URL", "is no URL"),
        ] {
            assert_eq!(Fault::new("KEY", given, "").problem, shown);
        }
    }
}

//! The refusal of a sign-in by the application.

use std::{error::Error, fmt};

/// How many characters of a text are shown.
const LONGEST: usize = 500;

/// Why a hook lets nobody in: see [`Hooks::on_sign_in`](crate::Hooks::on_sign_in).
pub struct SignInRejection(Reason);

enum Reason {
    Refused(String),
    Failed(Box<dyn Error + Send + Sync>),
}

impl SignInRejection {
    /// A refusal with a text for the person, which the problem page shows: plain text, never
    /// markup, 500 characters at most, without control characters. Its language is the
    /// application's choice, by [`ClientInfo`](crate::ClientInfo).
    ///
    /// The text travels in a sealed cookie of this browser, so that no link can put a text on a
    /// page.
    #[must_use]
    pub fn refuse(text: impl Into<String>) -> Self {
        let text: String = text.into();
        let text = text.chars().filter(|letter| !letter.is_control());
        Self(Reason::Refused(text.take(LONGEST).collect()))
    }

    /// A failure of the hook itself, which the log has. `?` makes one of any error.
    #[must_use]
    pub fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Reason::Failed(error.into()))
    }

    /// The text of a refusal, or the failure.
    pub(crate) fn into_text(self) -> Result<String, Box<dyn Error + Send + Sync>> {
        match self.0 {
            Reason::Refused(text) => Ok(text),
            Reason::Failed(error) => Err(error),
        }
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for SignInRejection {
    fn from(error: E) -> Self {
        Self::failed(error)
    }
}

impl fmt::Debug for SignInRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Refused(text) => f.debug_tuple("Refused").field(text).finish(),
            Reason::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_plain_and_short() {
        let text = |text: String| SignInRejection::refuse(text).into_text().unwrap();
        assert_eq!(text("a\u{0}\r\n\u{1b}[31m<b>\u{9b}ö".into()), "a[31m<b>ö");
        assert_eq!(text("ö".repeat(600)), "ö".repeat(500));
    }

    #[test]
    fn an_error_is_a_failure() {
        let failed = || -> Result<(), SignInRejection> {
            "x".parse::<u8>()?;
            Ok(())
        };
        assert!(failed().unwrap_err().into_text().is_err());
    }
}

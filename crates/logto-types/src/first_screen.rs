use std::{fmt, str::FromStr};

/// The page Logto shows first: the parameter `first_screen` of an authorization request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum FirstScreen {
    /// Sign in.
    #[cfg_attr(feature = "serde", serde(rename = "sign_in"))]
    SignIn,
    /// Create an account.
    #[cfg_attr(feature = "serde", serde(rename = "register"))]
    Register,
    /// Set a new password.
    #[cfg_attr(feature = "serde", serde(rename = "reset_password"))]
    ResetPassword,
    /// Sign in, asking first for the identifiers that the request names.
    #[cfg_attr(feature = "serde", serde(rename = "identifier:sign_in"))]
    IdentifierSignIn,
    /// Create an account, asking first for the identifiers that the request names.
    #[cfg_attr(feature = "serde", serde(rename = "identifier:register"))]
    IdentifierRegister,
    /// Sign in through an enterprise connector.
    #[cfg_attr(feature = "serde", serde(rename = "single_sign_on"))]
    SingleSignOn,
}

/// Not the name of a first screen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a first screen is one of sign_in, register, reset_password, identifier:sign_in, identifier:register, single_sign_on; Logto does not know {0:?}"
)]
pub struct InvalidFirstScreen(pub String);

impl FirstScreen {
    const ALL: [Self; 6] = [
        Self::SignIn,
        Self::Register,
        Self::ResetPassword,
        Self::IdentifierSignIn,
        Self::IdentifierRegister,
        Self::SingleSignOn,
    ];

    /// Logto's name for it: `identifier:sign_in`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Register => "register",
            Self::ResetPassword => "reset_password",
            Self::IdentifierSignIn => "identifier:sign_in",
            Self::IdentifierRegister => "identifier:register",
            Self::SingleSignOn => "single_sign_on",
        }
    }
}

impl fmt::Display for FirstScreen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A misspelt value makes Logto drop every extra parameter of the request, so it is refused here.
impl FromStr for FirstScreen {
    type Err = InvalidFirstScreen;

    fn from_str(name: &str) -> Result<Self, InvalidFirstScreen> {
        let found = Self::ALL.into_iter().find(|screen| screen.as_str() == name);
        found.ok_or_else(|| InvalidFirstScreen(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_screen_is_read_as_it_is_written() {
        for screen in FirstScreen::ALL {
            assert_eq!(screen.to_string().parse(), Ok(screen));
        }
        let error = "sign-in".parse::<FirstScreen>().unwrap_err();
        assert_eq!(error, InvalidFirstScreen("sign-in".into()));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_first_screen_is_stored_by_its_name() {
        for screen in FirstScreen::ALL {
            let stored = serde_json::to_string(&screen).unwrap();
            assert_eq!(stored, format!("{:?}", screen.as_str()));
        }
    }
}

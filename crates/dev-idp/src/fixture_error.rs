//! Errors of a fixture.

/// Why a fixture cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FixtureError {
    /// The text is not a fixture file.
    #[error("the fixture cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A name is used that the fixture does not define.
    #[error("the fixture does not hold {kind} \"{name}\"")]
    Unknown {
        /// The kind of the thing that is missing.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A confidential application without a secret, or a public one with a secret.
    #[error("application \"{0}\" must have a secret unless it is a spa, and none if it is")]
    Secret(String),
    /// A row of organizations without a name, or with two kinds of it.
    #[error(
        "organization \"{0}\" must have a name, or names if it stands for several, and not both"
    )]
    Name(String),
    /// The base URL of an application has a path, or is no URL.
    #[error(
        "\"{0}\" is no base URL of an application: it has http or https, a host and a port, as http://localhost:6000"
    )]
    BaseUrl(String),
}

impl FixtureError {
    pub(crate) fn unknown(kind: &'static str, name: &str) -> Self {
        Self::Unknown {
            kind,
            name: name.to_owned(),
        }
    }
}

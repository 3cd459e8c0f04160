use serde::{Deserialize, Serialize};

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The `sub` claim: the one thing that names an account for good.
    pub subject: String,
    /// The `name` claim, else the `username`, else the `email`: the first that shows anything.
    pub name: Option<String>,
    /// One or two letters to stand in for a picture.
    pub initials: String,
    /// The `email` claim.
    pub email: Option<String>,
    /// The address of a picture, if there is one and it is an https (or, in development, http)
    /// address.
    pub picture: Option<String>,
}

impl Viewer {
    /// The name to show for this person.
    #[must_use]
    pub fn display_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.subject.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_without_a_name_is_called_by_the_subject() {
        let viewer = |name: Option<&str>| Viewer {
            subject: "vy5uejihtdj7".into(),
            name: name.map(Into::into),
            initials: String::new(),
            email: None,
            picture: None,
        };
        assert_eq!(viewer(None).display_name(), "vy5uejihtdj7");
        assert_eq!(
            viewer(Some("Alice Example")).display_name(),
            "Alice Example"
        );
    }
}

//! The recorded answers of a real Logto, for tests of a client.

macro_rules! recorded {
    ($($name:literal),* $(,)?) => {
        /// What a self-hosted Logto 1.42 answered, case by case, as JSON: the file of this name in `tests/facts`, without `.json`.
        ///
        /// This provider is tested against these files, and a client can be, too.
        #[must_use]
        pub fn recorded(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some(include_str!(concat!("../tests/facts/", $name, ".json"))),)*
                _ => None,
            }
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$($name),*];
    };
}

recorded!(
    "account-api",
    "authorize-errors",
    "backchannel-logout",
    "discovery",
    "discovery-notes",
    "end-session",
    "flow-trace",
    "jwks",
    "keys-idtoken-config-tabs",
    "m2m-and-token-exchange",
    "oauth-authorization-server",
    "organization-resource-token",
    "prompts-and-extra-parameters",
    "refresh-rotation",
    "revocation-introspection",
    "third-party-consent",
    "token-errors",
    "token-responses",
    "userinfo",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recorded_file_can_be_had_by_its_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/facts");
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = files
            .filter_map(|file| {
                let name = file.unwrap().file_name().into_string().unwrap();
                Some(name.strip_suffix(".json")?.to_owned())
            })
            .collect();
        names.sort();
        assert_eq!(names, NAMES);
        assert!(NAMES.iter().all(|name| recorded(name).is_some()));
        assert_eq!(recorded("README"), None);
    }
}

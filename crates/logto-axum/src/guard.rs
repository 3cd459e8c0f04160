//! Which paths are for signed-in people only. Read by the layer before anything renders (F8).

use percent_encoding::percent_decode_str;

/// Paths for signed-in people: each one and everything below it.
#[derive(Clone, Debug, Default)]
pub struct ProtectedPaths(Vec<String>);

impl ProtectedPaths {
    /// Protects each of `paths` and what is below it. A path starts with `/` and has no trailing one.
    pub fn new(paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(
            paths
                .into_iter()
                .map(|path| spelling(&path.into()))
                .collect(),
        )
    }

    /// Whether a request path is protected, in whatever spelling it comes (LX-03).
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        let path = spelling(path);
        self.0.iter().any(|protected| {
            path.strip_prefix(protected.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ';', '?', '#', '.']))
        })
    }
}

/// One spelling for all that a router might take for the same path: decoded (twice, for what was encoded twice), lower
/// case, single slashes, dot segments resolved, no slash at the end. Guarding too much is harmless, too little is not.
fn spelling(path: &str) -> String {
    let once = percent_decode_str(path).decode_utf8_lossy().into_owned();
    let twice = percent_decode_str(&once).decode_utf8_lossy().to_lowercase();
    let mut segments: Vec<&str> = Vec::new();
    for segment in twice.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    format!("/{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LX-03
    #[test]
    fn a_protected_path_is_protected_in_every_spelling() {
        let paths = ProtectedPaths::new(["/profile", "/org"]);
        for path in [
            "/profile",
            "/profile/",
            "//profile",
            "/PROFILE",
            "/%70rofile",
            "/%2570rofile",
            "/profile;x",
            "/profile%2f",
            "/profile%23",
            "/profile%3Fx",
            "/a/../profile",
            "/./profile",
            "/profile/deep",
            "/org/1/billing",
            "\\profile",
            "/profile.",
        ] {
            assert!(paths.contains(path), "{path}");
        }
    }

    #[test]
    fn other_paths_are_open() {
        let paths = ProtectedPaths::new(["/profile"]);
        for path in ["/", "/profiles", "/pkg/profile.css", "/sign-in", ""] {
            assert!(!paths.contains(path), "{path}");
        }
    }
}

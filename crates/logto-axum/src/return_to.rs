//! Where to go after the sign-in: a page of this application only.

use std::fmt;

use url::Url;

use crate::flow_paths::FlowPaths;

const LONGEST: usize = 2048;

/// A path of this application, safe to put into `Location`. Made by [`ReturnTo::parse`]; anything
/// doubtful becomes `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    /// The longest page, in bytes, that a sign-in comes back to with its query and fragment. Of a
    /// longer one it comes back to the path.
    pub const LONGEST_KEPT: usize = 800;

    /// Parses the `return_to` parameter of a query or of a form.
    /// [`Auth::begin_sign_in`](crate::Auth::begin_sign_in) takes none of the [`FlowPaths`].
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::parse_path(text).unwrap_or_default()
    }

    /// The same, but the home page for a path of the sign-in flow.
    #[must_use]
    pub fn outside(self, flow: &FlowPaths) -> Self {
        self.unless_at(&flow.all())
    }

    /// The same, but the home page for a step of the sign-in flow. A form may lead back to the
    /// problem page, and a sign-in may not.
    #[must_use]
    pub fn outside_steps(self, flow: &FlowPaths) -> Self {
        self.unless_at(&flow.steps())
    }

    fn unless_at(self, paths: &[&str]) -> Self {
        let end = self.0.find(['?', '#']).unwrap_or(self.0.len());
        let path = self.0[..end].trim_end_matches('/');
        if paths.iter().any(|own| path.eq_ignore_ascii_case(own)) {
            return Self::default();
        }
        self
    }

    /// The path, with its query and fragment.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the home page.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.0 == "/"
    }

    fn parse_path(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let doubtful = |c: char| c.is_control() || c == '\\' || c.is_whitespace();
        if text.len() > LONGEST || rest.starts_with('/') || text.chars().any(doubtful) {
            return None;
        }
        // As a browser resolves it by the URL standard, it must stay on this origin.
        let base = Url::parse("http://origin.invalid/").ok()?;
        let url = base.join(text).ok()?;
        let path = url.path();
        if url.origin() != base.origin() || path.starts_with("//") {
            return None;
        }
        let mut out = path.to_owned();
        if let Some(query) = url.query() {
            out.push('?');
            out.push_str(query);
        }
        if let Some(fragment) = url.fragment() {
            out.push('#');
            out.push_str(fragment);
        }
        // What is not ASCII has grown; a form sends it here once more.
        (out.len() <= LONGEST).then_some(Self(out))
    }
}

impl Default for ReturnTo {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use logto_types::paths;

    use super::*;

    /// RD-09
    #[test]
    fn a_page_of_ours_is_kept_with_its_query_and_fragment() {
        for good in [
            "/",
            "/profile",
            "/a/b?c=d&e=%2F#f",
            "/org/1?q=https://x.example/",
        ] {
            assert_eq!(ReturnTo::parse(good).as_str(), good);
        }
        assert_eq!(ReturnTo::parse("/日本").as_str(), "/%E6%97%A5%E6%9C%AC");
    }

    /// RD-04, RD-05, RD-08
    #[test]
    fn another_site_in_any_disguise_becomes_the_home_page() {
        for bad in [
            "",
            "profile",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://app@evil.example",
            "/%0d%0a/\r\nSet-Cookie: a=b",
            "/\0",
            " /profile",
            "/.//evil.example",
            "/..//evil.example",
            "/a/..//evil.example",
            "/%2e//evil.example",
            "/ /evil.example",
            "/\u{2028}x",
        ] {
            assert_eq!(ReturnTo::parse(bad).as_str(), "/", "{bad:?}");
        }
    }

    /// RD-06
    #[test]
    fn the_flow_itself_is_no_place_to_return_to() {
        let flow = FlowPaths::of(&"https://app.example/auth/callback".parse().unwrap());
        let outside = |text: &str| ReturnTo::parse(text).outside(&flow);
        for path in flow.all() {
            for text in [path.to_owned(), format!("{path}/?x=1"), path.to_uppercase()] {
                assert!(outside(&text).is_home(), "{text}");
                let page = ReturnTo::parse(&text).outside_steps(&flow);
                assert_eq!(page.is_home(), path != paths::PROBLEM, "{text}");
            }
        }
        for page in ["/callback", "/auth", "/auth/callback/x", "/?a=/sign-in"] {
            assert_eq!(outside(page).as_str(), page);
        }
        let problem = "/sign-in-problem?reason=expired&return_to=%2Fa";
        let page = ReturnTo::parse(problem).outside_steps(&flow);
        assert_eq!(page.as_str(), problem);
    }

    /// RD-07
    #[test]
    fn a_target_longer_than_any_page_of_ours_becomes_the_home_page() {
        assert!(ReturnTo::parse(&format!("/{}", "a".repeat(8192))).is_home());
    }

    /// FZ-02: whatever goes in, what comes out stays on our origin and fits into a header.
    #[test]
    fn any_text_gives_a_target_on_our_own_origin() {
        let base = Url::parse("https://app.example/").unwrap();
        let alphabet: Vec<char> = "/\\.:@?#%2eEfF \t\r\n;&=aé\u{202e}0".chars().collect();
        let mut seed = 7_u64;
        for _ in 0..20_000 {
            let mut text = String::from("/");
            for _ in 0..(seed % 12) {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push(alphabet[usize::try_from(seed >> 33).unwrap() % alphabet.len()]);
            }
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let target = ReturnTo::parse(&text);
            assert!(
                axum::http::HeaderValue::from_str(target.as_str()).is_ok(),
                "{text:?}"
            );
            let resolved = base.join(target.as_str()).unwrap();
            assert_eq!(resolved.origin(), base.origin(), "{text:?} -> {target}");
        }
    }
}

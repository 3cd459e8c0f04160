use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stands for the id of an organization.
const PLACEHOLDER: &str = "{organization}";
/// Everything but RFC 3986's unreserved characters, of which `.` and `~` are encoded as well: `..`
/// must stay one segment.
const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// The path of a page: `/profile`, or `/org/{organization}/billing`, where `{organization}` stands
/// for one segment, the id of an organization.
///
/// It is matched in two ways. A router takes a path for the page only if it is spelt exactly so
/// ([`match_prefix`](Self::match_prefix)). A guard covers every spelling that some router might
/// take for it ([`covers`](Self::covers)), so that no spelling is a way around the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathPattern(&'static str);

/// A path that begins as a [`PathPattern`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathMatch<'a> {
    /// The part that the pattern describes: `/org/acme/billing`.
    pub matched: &'a str,
    /// What follows it: nothing, or a path that begins with `/`.
    pub rest: &'a str,
    /// The id of the organization, as the path spells it.
    pub organization: Option<&'a str>,
}

impl PathPattern {
    /// Describes a path.
    ///
    /// # Panics
    /// When it has another placeholder than `{organization}`, or more than one of them. In a constant, the compiler reports that.
    ///
    /// ```compile_fail
    /// # use logto_types::PathPattern;
    /// const TEAM: PathPattern = PathPattern::new("/org/{org}");
    /// ```
    #[must_use]
    pub const fn new(pattern: &'static str) -> Self {
        assert!(
            placeholders(pattern.as_bytes()).is_some(),
            "a path may have one segment {{organization}}, which stands for the id of an organization, and no other placeholder"
        );
        Self(pattern)
    }

    /// Whether the path names an organization.
    #[must_use]
    pub const fn has_organization(self) -> bool {
        matches!(placeholders(self.0.as_bytes()), Some(1))
    }

    /// The pattern as it was written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The segments. `None` is the place of the organization.
    pub fn segments(self) -> impl Iterator<Item = Option<&'static str>> + Clone {
        let segments = self.0.split('/').filter(|segment| !segment.is_empty());
        segments.map(|segment| (segment != PLACEHOLDER).then_some(segment))
    }

    /// The address of the page in an organization, whose id is percent-encoded. A page of no
    /// organization has one address.
    #[must_use]
    pub fn href(self, organization: &str) -> String {
        self.0.replace(PLACEHOLDER, &segment(organization))
    }

    /// Matches the beginning of a path, segment by segment and spelt exactly so.
    #[must_use]
    pub fn match_prefix(self, path: &str) -> Option<PathMatch<'_>> {
        let mut rest = path;
        let mut organization = None;
        for wanted in self.segments() {
            let found = rest.strip_prefix('/')?;
            let (segment, after) = found.split_at(found.find('/').unwrap_or(found.len()));
            match wanted {
                None if segment.is_empty() => return None,
                None => organization = Some(segment),
                Some(literal) if literal == segment => {}
                Some(_) => return None,
            }
            rest = after;
        }
        Some(PathMatch {
            matched: &path[..path.len() - rest.len()],
            rest,
            organization,
        })
    }

    /// Whether these segments, one of the [`path_variants`], could be taken for the page or for
    /// something below it.
    #[must_use]
    pub fn covers(self, path: &[String]) -> bool {
        let mut path = path.iter();
        self.segments().all(|wanted| {
            path.next().is_some_and(|found| match wanted {
                None => true,
                Some(literal) => begins_with(found, literal),
            })
        })
    }

    /// Patterns with greater values describe a path more exactly: the longer one, and of two of one
    /// length the one with more literal segments.
    #[must_use]
    pub fn exactness(self) -> (usize, usize) {
        (self.segments().count(), self.segments().flatten().count())
    }

    /// Which segment names the organization, counted from 0.
    #[must_use]
    pub fn organization(self) -> Option<usize> {
        self.segments().position(|segment| segment.is_none())
    }
}

/// The number of placeholders of a pattern. `None` when there are several, or others than [`PLACEHOLDER`].
const fn placeholders(pattern: &[u8]) -> Option<usize> {
    let wanted = PLACEHOLDER.as_bytes();
    let (mut found, mut at) = (0, 0);
    while at < pattern.len() {
        if pattern[at] != b'{' && pattern[at] != b'}' {
            at += 1;
            continue;
        }
        let begins = at == 0 || pattern[at - 1] == b'/';
        let mut matched = 0;
        while matched < wanted.len()
            && at + matched < pattern.len()
            && pattern[at + matched] == wanted[matched]
        {
            matched += 1;
        }
        at += matched;
        let ends = at == pattern.len() || pattern[at] == b'/';
        if matched < wanted.len() || !begins || !ends || found > 0 {
            return None;
        }
        found += 1;
    }
    Some(found)
}

/// Whether a segment is this literal in any case, perhaps with something after it that a router
/// might cut off.
fn begins_with(segment: &str, literal: &str) -> bool {
    let mut found = segment.chars().flat_map(char::to_lowercase);
    let mut literal = literal.chars().flat_map(char::to_lowercase);
    literal.all(|letter| found.next() == Some(letter))
        && matches!(found.next(), None | Some(';' | '?' | '#' | '.'))
}

/// A text as one segment of a path, percent-encoded.
#[must_use]
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, IN_SEGMENT).to_string()
}

/// The segments of a path, without empty ones, as different routers read them: split and then
/// decoded, which is what most do; decoded twice and then split, for what was encoded twice; and
/// that with its dot segments resolved.
#[must_use]
pub fn path_variants(path: &str) -> [Vec<String>; 3] {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let filled = |segment: &&str| !segment.is_empty();
    let split_first = path.split('/').filter(filled).map(decode).collect();
    let decoded = decode(&decode(path));
    let decoded_first: Vec<String> = decoded
        .split(['/', '\\'])
        .filter(filled)
        .map(str::to_owned)
        .collect();
    let mut resolved: Vec<String> = Vec::new();
    for segment in &decoded_first {
        match segment.as_str() {
            "." => {}
            ".." => drop(resolved.pop()),
            _ => resolved.push(segment.clone()),
        }
    }
    [split_first, decoded_first, resolved]
}

#[cfg(test)]
mod tests {
    use super::*;

    const BILLING: PathPattern = PathPattern::new("/org/{organization}/billing");

    #[test]
    fn a_path_has_one_placeholder_and_no_other() {
        for (pattern, has_organization) in [
            ("", false),
            ("/", false),
            ("private", false),
            ("/org/{organization}", true),
            ("{organization}", true),
            ("/{organization}/billing", true),
        ] {
            let pattern = PathPattern::new(pattern);
            assert_eq!(pattern.has_organization(), has_organization, "{pattern:?}");
        }
        for pattern in [
            "/org/{org}",
            "/org/{}",
            "/org/{organization",
            "/org/organization}",
            "/org/x{organization}",
            "/org/{organization}x",
            "/org/{*organization}",
            "/{organization}/{organization}",
        ] {
            assert_eq!(placeholders(pattern.as_bytes()), None, "{pattern}");
            assert!(std::panic::catch_unwind(|| PathPattern::new(pattern)).is_err());
        }
    }

    #[test]
    fn a_router_matches_a_path_by_segments() {
        let found = BILLING.match_prefix("/org/acme/billing").unwrap();
        assert_eq!((found.matched, found.rest), ("/org/acme/billing", ""));
        assert_eq!(found.organization, Some("acme"));
        let more = BILLING.match_prefix("/org/acme/billing/2026").unwrap();
        assert_eq!(more.rest, "/2026");
        for other in [
            "/org/acme",
            "/org//billing",
            "/org/acme/billings",
            "/Org/acme/billing",
            "org/acme/billing",
            "/x/org/acme/billing",
            "",
        ] {
            assert_eq!(BILLING.match_prefix(other), None, "{other}");
        }
    }

    /// LX-03: the guard covers whatever the router takes for the page, and more.
    #[test]
    fn a_guard_covers_what_a_router_matches() {
        for (path, exact) in [
            ("/org/acme/billing", true),
            ("/org/acme/billing/2026", true),
            ("/org/a%2Fb/billing", true),
            ("/ORG/acme/Billing", false),
            ("//org/acme/billing/", false),
            ("/org/acme/billing;x", false),
            ("/org/acme/billing%3Fx", false),
            ("/org/acme/billing.", false),
            ("/%6Frg/acme/billing", false),
        ] {
            assert_eq!(BILLING.match_prefix(path).is_some(), exact, "{path}");
            let [split_first, ..] = path_variants(path);
            assert!(BILLING.covers(&split_first), "{path}");
        }
        for path in [
            "/org/acme",
            "/org/acme/billings",
            "/x/org/acme/billing",
            "/",
        ] {
            for variant in path_variants(path) {
                assert!(!BILLING.covers(&variant), "{path}");
            }
        }
    }

    #[test]
    fn an_id_stays_one_segment_of_an_address() {
        assert_eq!(BILLING.href("acme"), "/org/acme/billing");
        assert_eq!(BILLING.href("a/../b?c"), "/org/a%2F%2E%2E%2Fb%3Fc/billing");
    }

    #[test]
    fn the_longer_pattern_is_more_exact_and_then_the_one_with_more_literals() {
        let exactness = |pattern| PathPattern::new(pattern).exactness();
        assert!(exactness("/org/{organization}") > exactness("/org"));
        assert!(exactness("/org/new") > exactness("/org/{organization}"));
        assert_eq!(BILLING.organization(), Some(1));
        assert_eq!(PathPattern::new("/profile").organization(), None);
    }
}

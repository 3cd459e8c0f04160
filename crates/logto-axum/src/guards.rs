//! Which pages are for whom: one declaration, read before anything renders (F8).

use logto::OrganizationId;
use percent_encoding::percent_decode_str;

use crate::Requirement;

/// Which paths are for whom.
///
/// Each pattern covers its path and everything below, unless a longer pattern covers that. `{organization}` stands for one
/// segment, the id of an organization, which requirements about organizations are judged in:
///
/// ```
/// use logto_axum::{Guards, Requirement};
///
/// let guards = Guards::new([
///     ("/profile", Requirement::SignedIn),
///     ("/org/{organization}", Requirement::Member),
///     ("/org/{organization}/billing", Requirement::OrganizationPermission("manage:billing".into())),
/// ]);
/// let (requirement, organization) = guards.requirement("/org/asl5guymvnj4/settings").unwrap();
/// assert_eq!(requirement, &Requirement::Member);
/// assert_eq!(organization.unwrap().as_str(), "asl5guymvnj4");
/// assert!(guards.requirement("/").is_none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Guards(Vec<(Pattern, Requirement)>);

/// One pattern, by segments.
#[derive(Clone, Debug)]
struct Pattern(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Organization,
}

impl Guards {
    /// Guards each path with its requirement. A path starts with `/` and has no slash at the end.
    pub fn new(rules: impl IntoIterator<Item = (impl Into<String>, Requirement)>) -> Self {
        let pattern = |text: &str| {
            let segments = Path::read(text).segments.into_iter();
            Pattern(
                segments
                    .map(|segment| match segment.as_str() {
                        "{organization}" => Segment::Organization,
                        _ => Segment::Literal(segment.to_lowercase()),
                    })
                    .collect(),
            )
        };
        let rules = rules.into_iter();
        Self(
            rules
                .map(|(path, requirement)| (pattern(&path.into()), requirement))
                .collect(),
        )
    }

    /// What a path asks of whoever wants to see it, in whatever spelling it comes (LX-03), and the organization it names.
    /// `None`: it is for everybody.
    ///
    /// The organization is missing when the path names none, when what stands there cannot be the id of one (OR-01), and
    /// when the path is spelt so that a router might find another one in it.
    #[must_use]
    pub fn requirement(&self, path: &str) -> Option<(&Requirement, Option<OrganizationId>)> {
        let path = Path::read(path);
        let (pattern, requirement) = self
            .0
            .iter()
            .filter(|(pattern, _)| pattern.covers(&path))
            .max_by_key(|(pattern, _)| pattern.weight())?;
        let organization = pattern
            .organization(&path)
            .filter(|_| path.is_plain)
            .and_then(|id| id.parse().ok());
        Some((requirement, organization))
    }
}

impl Pattern {
    fn covers(&self, path: &Path) -> bool {
        let fits = |(segment, text): (&Segment, &String)| match segment {
            Segment::Organization => true,
            Segment::Literal(literal) => {
                let text = text.to_lowercase();
                // What a router might cut off.
                text.strip_prefix(literal.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with([';', '?', '#', '.']))
            }
        };
        self.0.len() <= path.segments.len() && self.0.iter().zip(&path.segments).all(fits)
    }

    /// The longer covers more exactly; of two of one length, the one that spells more out.
    fn weight(&self) -> (usize, usize) {
        let literals = self
            .0
            .iter()
            .filter(|segment| **segment != Segment::Organization);
        (self.0.len(), literals.count())
    }

    fn organization<'a>(&self, path: &'a Path) -> Option<&'a str> {
        let place = self
            .0
            .iter()
            .position(|segment| *segment == Segment::Organization)?;
        path.segments.get(place).map(String::as_str)
    }
}

/// A path in one spelling for all that a router might take for the same one: decoded (twice, for what was encoded twice),
/// single slashes, dot segments resolved, no slash at the end. Guarding too much is harmless, too little is not.
struct Path {
    segments: Vec<String>,
    /// Whether it came in just this spelling.
    is_plain: bool,
}

impl Path {
    fn read(raw: &str) -> Self {
        let once = percent_decode_str(raw).decode_utf8_lossy().into_owned();
        let twice = percent_decode_str(&once).decode_utf8_lossy();
        let mut segments: Vec<String> = Vec::new();
        for segment in twice.split(['/', '\\']) {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop();
                }
                segment => segments.push(segment.to_owned()),
            }
        }
        let spelling = format!("/{}", segments.join("/"));
        let is_plain = raw == spelling || raw.strip_suffix('/') == Some(spelling.as_str());
        Self { segments, is_plain }
    }

    /// The same in one piece, in lower case.
    fn spelling(&self) -> String {
        format!("/{}", self.segments.join("/")).to_lowercase()
    }
}

/// A path in one spelling, in lower case.
pub(crate) fn spelling(path: &str) -> String {
    Path::read(path).spelling()
}

//! Which pages are for whom: one declaration, read before anything renders (F8).

use logto::OrganizationId;

use crate::{Requirement, readings::readings};

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

/// What nobody meets without an organization.
const NOWHERE: Requirement = Requirement::Member;

impl Guards {
    /// Guards each path with its requirement. A path starts with `/` and has no slash at the end.
    pub fn new(rules: impl IntoIterator<Item = (impl Into<String>, Requirement)>) -> Self {
        let rules = rules.into_iter();
        Self(
            rules
                .map(|(path, requirement)| (Pattern::read(&path.into()), requirement))
                .collect(),
        )
    }

    /// What a path asks of whoever wants to see it, and the organization it names. `None`: it is for everybody.
    ///
    /// The organization is missing when the path names none, or what stands there cannot be the id of one (OR-01). A path
    /// that one router might read otherwise than another is nowhere: there is no page of that address, for anybody (LX-03).
    #[must_use]
    pub fn requirement(&self, path: &str) -> Option<(&Requirement, Option<OrganizationId>)> {
        let readings = readings(path);
        let [rule, others @ ..] = readings.each_ref().map(|reading| self.rule(reading));
        if others.iter().any(|other| *other != rule) {
            return Some((&NOWHERE, None));
        }
        let (pattern, requirement) = self.0.get(rule?)?;
        let organization = pattern.organization().and_then(|place| {
            let [id, others @ ..] = readings.each_ref().map(|reading| reading.get(place));
            id.filter(|_| others.iter().all(|other| *other == id))?
                .parse()
                .ok()
        });
        Some((requirement, organization))
    }

    /// Which rule covers a path most exactly.
    fn rule(&self, path: &[String]) -> Option<usize> {
        let covering = (0..self.0.len()).filter(|rule| self.0[*rule].0.covers(path));
        covering.max_by_key(|rule| self.0[*rule].0.weight())
    }
}

impl Pattern {
    fn read(text: &str) -> Self {
        let segments = text.split('/').filter(|segment| !segment.is_empty());
        Self(
            segments
                .map(|segment| match segment {
                    "{organization}" => Segment::Organization,
                    _ => Segment::Literal(segment.to_lowercase()),
                })
                .collect(),
        )
    }

    fn covers(&self, path: &[String]) -> bool {
        let fits = |(segment, text): (&Segment, &String)| match segment {
            Segment::Organization => true,
            // What follows such a mark, a router might cut off.
            Segment::Literal(literal) => text
                .to_lowercase()
                .strip_prefix(literal.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([';', '?', '#', '.'])),
        };
        self.0.len() <= path.len() && self.0.iter().zip(path).all(fits)
    }

    /// The longer one covers more exactly; of two of one length, the one that spells more out.
    fn weight(&self) -> (usize, usize) {
        let is_literal = |segment: &&Segment| **segment != Segment::Organization;
        (self.0.len(), self.0.iter().filter(is_literal).count())
    }

    /// Which segment names an organization.
    fn organization(&self) -> Option<usize> {
        self.0
            .iter()
            .position(|segment| *segment == Segment::Organization)
    }
}

#[cfg(test)]
mod tests;

//! The path of a guard as the path of a route.

use leptos_router::{PartialPathMatch, PathSegment, PossibleRouteMatch};
use logto_types::PathPattern;

/// The name of the organization's id among the parameters of a route.
pub(crate) const ORGANIZATION: &str = "organization";

/// The path of a [`Guard`](crate::Guard), as the router matches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutePath(pub(crate) PathPattern);

impl PossibleRouteMatch for RoutePath {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let found = self.0.match_prefix(path)?;
        let organization = found.organization.into_iter();
        let params = organization.map(|id| (ORGANIZATION.into(), id.to_owned()));
        Some(PartialPathMatch::new(
            found.rest,
            params.collect(),
            found.matched,
        ))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        path.extend(self.0.segments().map(|segment| match segment {
            None => PathSegment::Param(ORGANIZATION.into()),
            Some(literal) => PathSegment::Static(literal.into()),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BILLING: RoutePath = RoutePath(PathPattern::new("/org/{organization}/billing"));

    #[test]
    fn the_organization_is_a_parameter_of_the_route() {
        let found = BILLING.test("/org/acme/billing/2026").unwrap();
        assert_eq!(
            (found.matched(), found.remaining()),
            ("/org/acme/billing", "/2026")
        );
        assert_eq!(found.params(), [("organization".into(), "acme".into())]);
        assert!(BILLING.test("/org/acme/billings").is_none());
    }

    #[test]
    fn the_server_gets_the_same_route() {
        let mut path = Vec::new();
        BILLING.generate_path(&mut path);
        assert_eq!(
            path,
            [
                PathSegment::Static("org".into()),
                PathSegment::Param("organization".into()),
                PathSegment::Static("billing".into()),
            ]
        );
    }
}

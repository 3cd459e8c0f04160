//! The API resources of the settings file.

use logto::{ApiResource, scope};
use url::Url;

use super::{
    fault::{Fault, Faults},
    file,
    scopes::parse_scopes,
};

const EXAMPLE: &str = r#"indicator = "https://shop.example/api""#;

pub(super) fn parse(resources: Vec<file::Resource>) -> Result<Vec<ApiResource>, Faults> {
    let mut faults = Faults::default();
    let mut parsed: Vec<ApiResource> = Vec::new();
    for file::Resource {
        indicator,
        permissions,
    } in resources
    {
        let permissions = faults.note(parse_scopes(
            "[[logto.resources]] permissions",
            &permissions,
            r#"permissions = ["read:orders", "write:orders"]"#,
        ));
        match problem(&indicator, &parsed) {
            Some(problem) => {
                let problem = format!("is {indicator:?}{problem}");
                let fault = Fault::new("[[logto.resources]] indicator", problem, EXAMPLE);
                faults.note::<()>(Err(fault));
            }
            None => parsed.push(ApiResource::new(indicator, permissions.unwrap_or_default())),
        }
    }
    if faults.0.is_empty() {
        Ok(parsed)
    } else {
        Err(faults)
    }
}

fn problem(indicator: &str, before: &[ApiResource]) -> Option<&'static str> {
    if indicator == scope::ORGANIZATIONS_RESOURCE {
        return Some(
            ", which is asked for by itself; what to ask for there goes into [logto] organization_permissions",
        );
    }
    if Url::parse(indicator).map_or(true, |url| url.fragment().is_some()) {
        return Some(", which is not an absolute URI without a fragment");
    }
    before
        .iter()
        .any(|other| other.indicator == indicator)
        .then_some(", which stands there twice")
}

//! The redirect to the pages of an organization.

use logto::OrganizationId;
use logto_axum::{Outcome, Who};

use super::{
    context::auth as request_auth, last_organization::last_organization,
    organizations::organization_ids, redirect::go,
};
use crate::page_paths::PagePaths;

/// Sends the browser to the pages of an organization.
pub(crate) fn open_organization(
    named: Option<String>,
    page: Option<&str>,
    pages: Option<&str>,
    list: Option<&str>,
) {
    let known = || {
        let auth = request_auth().ok()?;
        let Who::SignedIn(person) = auth.who() else {
            return None;
        };
        let ids = organization_ids(person);
        let noted = last_organization().filter(|noted| ids.contains(noted));
        noted.or_else(|| match ids.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        })
    };
    let is_id = |id: &String| id.parse::<OrganizationId>().is_ok();
    let defaults = PagePaths::default();
    let location = match named.or_else(known).filter(is_id) {
        Some(id) => format!(
            "{}/{id}{}",
            plain_path(pages).unwrap_or(defaults.organization),
            plain_path(page).unwrap_or_default()
        ),
        None => plain_path(list)
            .unwrap_or(defaults.organizations)
            .to_owned(),
    };
    go(Outcome::to(location));
}

/// A path of `/` and plain segments, such as may follow an id.
fn plain_path(path: Option<&str>) -> Option<&str> {
    let plain = |segment: &str| {
        !segment.is_empty()
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    path.filter(|path| {
        let segments = path.strip_prefix('/').map(|rest| rest.split('/'));
        path.len() <= 256 && segments.is_some_and(|mut segments| segments.all(plain))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RD-04
    #[test]
    fn only_a_plain_page_follows_an_id() {
        for good in ["/billing", "/a/b-c_1"] {
            assert_eq!(plain_path(Some(good)), Some(good));
        }
        let long = format!("/{}", "a".repeat(256));
        for bad in [
            "",
            "/",
            "billing",
            "//evil.example",
            "/a//b",
            "/../x",
            "/a/..",
            "/a?b=c",
            "/a#b",
            "/%2e",
            "/a\\b",
            "/a\r\nb",
            "/é",
            "/a/",
            &long,
        ] {
            assert_eq!(plain_path(Some(bad)), None, "{bad:?}");
        }
        assert_eq!(plain_path(None), None);
    }
}

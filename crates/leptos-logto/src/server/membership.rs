//! One organization, for those who are in it, and which one a browser showed last.

use logto::{OrganizationId, Scopes};
use logto_axum::{Auth, Member, Outcome, Who};

use super::{
    context::auth as request_auth,
    cookies::{forget, remember, remembered},
    initials::initials,
    moment::moment,
    organizations::{organization_ids, organizations},
    page_text::for_page,
    redirect::go,
    session::signed_in,
};
use crate::{
    error::AuthError,
    model::{HeldPermission, Membership, Organization},
    paths::PagePaths,
};

/// The cookie that notes which organization this browser showed last. It opens nothing: an id in it counts when the person is in that
/// organization.
const COOKIE: &str = "logto-organization";

/// What a member sees.
pub(crate) async fn membership(auth: &Auth, member: &Member) -> Result<Membership, AuthError> {
    let (id, token) = (member.organization().as_str(), member.token());
    let person = signed_in(auth)?;
    let organizations = organizations(auth, person).await?;
    let found = organizations.list.iter().find(|found| found.id == id);
    let organization = found.cloned().unwrap_or_else(|| Organization {
        id: id.to_owned(),
        initials: initials(id),
        ..Organization::default()
    });
    remember(COOKIE, id);
    let asked = &auth.client().config().organization_permissions;
    Ok(for_page(Membership {
        organization,
        permissions: permissions(asked, &token.scope),
        audience: member.organization().urn(),
        issued: time(token.issued_at()),
        expires: time(token.expires_at),
        organizations,
    }))
}

fn time(seconds: u64) -> Option<crate::Moment> {
    i64::try_from(seconds).ok().and_then(moment)
}

/// Those that are asked for, in their order, then what else the token holds. Each once.
fn permissions(asked: &[String], held: &Scopes) -> Vec<HeldPermission> {
    let names: Scopes = asked
        .iter()
        .map(String::as_str)
        .chain(held.iter())
        .collect();
    let row = |name: &str| HeldPermission {
        name: name.to_owned(),
        held: held.contains(name),
    };
    names.iter().map(row).collect()
}

/// Whoever uses this browser next does not learn where somebody was.
pub(crate) fn forget_last_used() {
    forget(COOKIE);
}

/// The id of the organization whose pages this browser showed last, from a cookie: it may be anything.
#[must_use]
pub fn last_organization() -> Option<String> {
    remembered(COOKIE)
}

/// The id that was noted, if it is one of these.
pub(crate) fn last_used(list: &[Organization]) -> Option<String> {
    let noted = last_organization()?;
    let found = list.iter().find(|organization| organization.id == noted);
    found.map(|organization| organization.id.clone())
}

/// Sends the browser to the pages of an organization.
pub(crate) fn go_to_organization(
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

    #[test]
    fn permissions_are_those_asked_for_and_what_else_is_held() {
        let asked = ["manage:billing", "invite:member", "invite:member"].map(str::to_owned);
        let told = permissions(&asked, &Scopes::parse("invite:member delete:logs"));
        let told: Vec<_> = told
            .iter()
            .map(|one| (one.name.as_str(), one.held))
            .collect();
        assert_eq!(
            told,
            [
                ("manage:billing", false),
                ("invite:member", true),
                ("delete:logs", true)
            ]
        );
        assert!(
            permissions(&asked, &Scopes::default())
                .iter()
                .all(|one| !one.held)
        );
    }

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

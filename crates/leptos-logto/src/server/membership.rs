//! One organization, for its members.

use logto::Scopes;
use logto_axum::{Auth, Member};

use super::{
    initials::initials, last_organization::remember_last_organization, moment::moment,
    organizations::recent_organizations, page_text::for_page, session::signed_in,
};
use crate::{
    error::AuthError,
    model::{HeldPermission, Membership, Moment, Organization},
};

/// The organization with the permissions of the member.
pub(crate) async fn membership(auth: &Auth, member: &Member) -> Result<Membership, AuthError> {
    let (id, token) = (member.organization().as_str(), member.token());
    let person = signed_in(auth)?;
    let organizations = recent_organizations(auth, person).await?;
    let found = organizations.list.iter().find(|found| found.id == id);
    let organization = found.cloned().unwrap_or_else(|| Organization {
        id: id.to_owned(),
        initials: initials(id),
        ..Organization::default()
    });
    remember_last_organization(id);
    let configured = &auth.client().config().organization_permissions;
    let asked = configured.iter().collect::<Scopes>();
    let asked = asked.intersection(&person.asked);
    Ok(for_page(Membership {
        organization,
        permissions: permissions(&asked, &token.scope),
        audience: member.organization().urn(),
        issued: time(token.issued_at()),
        expires: time(token.expires_at),
        organizations,
    }))
}

fn time(seconds: u64) -> Option<Moment> {
    i64::try_from(seconds).ok().and_then(moment)
}

/// Those that are asked for, in their order, then what else the token holds. Each once.
fn permissions(asked: &Scopes, held: &Scopes) -> Vec<HeldPermission> {
    let names = asked.union(held);
    let row = |name: &str| HeldPermission {
        name: name.to_owned(),
        held: held.contains(name),
    };
    names.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_those_asked_for_and_what_else_is_held() {
        let asked = Scopes::parse("manage:billing invite:member");
        let permissions_held = permissions(&asked, &Scopes::parse("invite:member delete:logs"));
        let held: Vec<_> = permissions_held
            .iter()
            .map(|one| (one.name.as_str(), one.held))
            .collect();
        assert_eq!(
            held,
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
}

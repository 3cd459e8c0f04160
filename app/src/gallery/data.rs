//! What the examples show. The people and organizations are those of the development provider.

use leptos_logto::{
    AuthContext, AuthState, HeldPermission, Membership, Moment, Organization, Organizations,
    Session, SessionEnd, Viewer, server::moment,
};

/// A quarter past seven on a day that all examples are of.
pub(super) const NOW: i64 = 1_795_331_700;

/// A time some seconds after now.
pub(super) fn after(seconds: i64) -> Moment {
    moment(NOW + seconds).unwrap_or(Moment {
        text: String::new(),
        machine: String::new(),
        exact: String::new(),
        to_the_minute: false,
    })
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub(super) fn viewer() -> Viewer {
    Viewer {
        subject: "vy5uejihtdj7".to_owned(),
        name: Some("Alice Example".to_owned()),
        initials: "AE".to_owned(),
        email: Some("alice@example.com".to_owned()),
        picture: None,
    }
}

/// Alice is signed in, and has turned these scopes off; her session can last for so many seconds.
fn session(off: &[&str], longest: i64) -> AuthContext {
    AuthContext::with_state(AuthState::SignedIn(Session {
        viewer: viewer(),
        organizations: texts(&["asl5guymvnj4", "1xld34l574eb"]),
        roles: Some(texts(&["shop-reader"])),
        organization_roles: None,
        scopes: Vec::new(),
        switched_off: texts(off),
        end: SessionEnd {
            now: NOW,
            at: NOW + 3600,
            latest: NOW + longest,
        },
    }))
}

const DAY: i64 = 86_400;

pub(super) fn alice() -> AuthContext {
    session(&[], DAY)
}

/// Alice, whose session ends in less than two minutes without a use.
pub(super) fn alice_idle() -> AuthContext {
    session(&[], DAY).with_end_in(110)
}

/// Alice, whose session ends in less than a minute whatever happens.
pub(super) fn alice_at_the_end() -> AuthContext {
    session(&[], 3600).with_end_in(0)
}

/// Alice, whose session has ended while the page was open.
pub(super) fn alice_ended() -> AuthContext {
    let auth = alice();
    auth.session_ended();
    auth
}

pub(super) fn alice_without_memberships() -> AuthContext {
    session(&["urn:logto:scope:organizations"], DAY)
}

pub(super) fn alice_without_billing() -> AuthContext {
    session(&["manage:billing"], DAY)
}

pub(super) fn nobody() -> AuthContext {
    AuthContext::with_state(AuthState::SignedOut)
}

pub(super) fn acme() -> Organization {
    Organization {
        id: "asl5guymvnj4".to_owned(),
        name: Some("acme".to_owned()),
        initials: "A".to_owned(),
        description: Some("Acme Corp".to_owned()),
        roles: texts(&["admin"]),
    }
}

fn globex() -> Organization {
    Organization {
        id: "1xld34l574eb".to_owned(),
        name: Some("globex".to_owned()),
        initials: "G".to_owned(),
        description: Some("Globex Inc".to_owned()),
        roles: Vec::new(),
    }
}

/// Two organizations, acme last used.
pub(super) fn two() -> Organizations {
    Organizations {
        list: vec![acme(), globex()],
        last: Some(acme().id),
        ..Organizations::default()
    }
}

/// One organization.
pub(super) fn one() -> Organizations {
    Organizations {
        list: vec![acme()],
        ..Organizations::default()
    }
}

/// Nine organizations.
pub(super) fn many() -> Organizations {
    let woods = [
        "Acorn", "Alder", "Apple", "Ash", "Aspen", "Bay", "Beech", "Birch", "Boxwood",
    ];
    let named = |name: &&str| Organization {
        id: name.to_lowercase(),
        name: Some((*name).to_owned()),
        initials: name.chars().take(1).collect(),
        description: None,
        roles: texts(&["member"]),
    };
    Organizations {
        list: woods.iter().map(named).collect(),
        ..Organizations::default()
    }
}

/// Two organizations of which only the ids are known.
pub(super) fn nameless() -> Organizations {
    let mut organizations = two();
    for organization in &mut organizations.list {
        organization.name = None;
        organization.description = None;
    }
    organizations.names_unavailable = true;
    organizations
}

/// No organization is known: they were not requested.
pub(super) fn not_requested() -> Organizations {
    Organizations {
        scope_missing: true,
        ..Organizations::default()
    }
}

/// Alice in acme, with these permissions.
pub(super) fn membership(held: &[(&str, bool)]) -> Membership {
    let permission = |(name, held): &(&str, bool)| HeldPermission {
        name: (*name).to_owned(),
        held: *held,
    };
    Membership {
        organization: acme(),
        permissions: held.iter().map(permission).collect(),
        audience: "urn:logto:organization:asl5guymvnj4".to_owned(),
        issued: Some(after(-60)),
        expires: Some(after(3540)),
        organizations: two(),
    }
}

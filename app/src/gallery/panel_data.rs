//! What the examples of the panels show.

use std::borrow::Cow;

use leptos_logto::TokenRefusal;
use leptos_logto_panels::{
    AccessTokenCard, AccessTokenClaims, AccessTokens, Api, ClaimGroup, ClaimRow, ClaimSource,
    ClaimValue, DeviceKind, Fetch, MissingClaim, Reason, ScopeChange, ScopeChoices, ScopeCost,
    ScopeGroup, ScopeGroupKind, ScopeKind, ScopeNotice, ScopeState, ScopeToggle, SessionCard,
    Sessions, SessionsNotice, Tick, UserInfo, use_panel_texts,
};

use super::data::{after, two};

const SHOP: &str = "https://shop.example/api";

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn label(name: &str) -> Option<Cow<'static, str>> {
    use_panel_texts().claims.text(name).map(Cow::Borrowed)
}

fn claim(
    name: &'static str,
    group: ClaimGroup,
    scope: &'static str,
    value: ClaimValue,
) -> ClaimRow {
    ClaimRow {
        name: name.into(),
        label: label(name),
        group,
        value,
        source: ClaimSource::IdToken,
        scope: Some(scope.into()).filter(|_| !scope.is_empty()),
    }
}

fn missing(name: &'static str, scope: &'static str, reason: Reason) -> MissingClaim {
    MissingClaim {
        name: name.into(),
        label: label(name),
        group: ClaimGroup::Contact,
        scope: scope.into(),
        reason,
    }
}

/// Claims of Alice.
pub(super) fn info(fetch: Fetch) -> UserInfo {
    let text = |text: &str| ClaimValue::Text(text.to_owned());
    let mut claims = vec![
        claim("sub", ClaimGroup::Person, "openid", text("vy5uejihtdj7")),
        claim("name", ClaimGroup::Person, "profile", text("Alice Example")),
        claim("picture", ClaimGroup::Person, "profile", ClaimValue::Null),
        claim(
            "created_at",
            ClaimGroup::Person,
            "profile",
            ClaimValue::Time(after(-86_400)),
        ),
        claim(
            "email",
            ClaimGroup::Contact,
            "email",
            text("alice@example.com"),
        ),
        claim("email_verified", ClaimGroup::Contact, "email", text("true")),
        claim(
            "roles",
            ClaimGroup::Organizations,
            "roles",
            ClaimValue::List(vec![text("shop-reader")]),
        ),
        claim(
            "iss",
            ClaimGroup::Protocol,
            "",
            text("https://logto.example/oidc"),
        ),
        claim(
            "exp",
            ClaimGroup::Protocol,
            "",
            ClaimValue::Time(after(3600)),
        ),
    ];
    let reason = match fetch {
        Fetch::NotAsked => Reason::NotFetched,
        Fetch::Answered => Reason::NotSet,
        Fetch::Unavailable => Reason::Unavailable,
    };
    if fetch == Fetch::Answered {
        claims.extend([
            ClaimRow {
                source: ClaimSource::Different(text("Al")),
                ..claim("nickname", ClaimGroup::Person, "profile", text("Ally"))
            },
            ClaimRow {
                source: ClaimSource::UserInfo,
                ..claim(
                    "custom_data",
                    ClaimGroup::Custom,
                    "custom_data",
                    ClaimValue::Json("{\n  \"plan\": \"gold\"\n}".to_owned()),
                )
            },
        ]);
    }
    UserInfo {
        claims,
        missing: vec![
            missing("phone_number", "phone", Reason::NotAsked),
            missing("address", "address", reason),
        ],
        fetch,
        json: "{\n  \"sub\": \"vy5uejihtdj7\"\n}".to_owned(),
    }
}

/// Claims without an email address.
pub(super) fn info_without_email(reason: Reason) -> UserInfo {
    UserInfo {
        missing: vec![missing("email", "email", reason)],
        ..UserInfo::default()
    }
}

fn toggle(scope: &str, kind: ScopeKind, state: ScopeState, cost: Option<ScopeCost>) -> ScopeToggle {
    ScopeToggle {
        scope: scope.to_owned(),
        kind,
        state,
        cost,
        claims: Vec::new(),
        at_hand: state == ScopeState::Granted,
        also_of: Vec::new(),
        organizations: Vec::new(),
        change: None,
    }
}

/// Scopes that cannot be turned off, and others of which the last one of each group is in a state.
pub(super) fn choices(state: ScopeState, notice: Option<ScopeNotice>) -> ScopeChoices {
    let cost = match state {
        ScopeState::NotGranted | ScopeState::NotAsked => ScopeCost::SignIn,
        _ => ScopeCost::Token,
    };
    let granted = ScopeState::Granted;
    let changed = |scope, kind| ScopeToggle {
        change: notice.as_ref().map(|_| ScopeChange::Chosen),
        ..toggle(scope, kind, state, Some(cost))
    };
    let group = |about, toggles| ScopeGroup { about, toggles };
    ScopeChoices {
        groups: vec![
            group(
                ScopeGroupKind::Identity,
                vec![
                    toggle("openid", ScopeKind::User, granted, None),
                    toggle("offline_access", ScopeKind::User, granted, None),
                    toggle("profile", ScopeKind::User, granted, None),
                ],
            ),
            group(
                ScopeGroupKind::Contact,
                vec![
                    ScopeToggle {
                        claims: texts(&["email", "email_verified"]),
                        ..toggle("email", ScopeKind::User, granted, Some(ScopeCost::Token))
                    },
                    changed("phone", ScopeKind::User),
                ],
            ),
            group(
                ScopeGroupKind::Api(SHOP.to_owned()),
                vec![
                    toggle(
                        "read:orders",
                        ScopeKind::Permission,
                        granted,
                        Some(ScopeCost::Token),
                    ),
                    changed("write:orders", ScopeKind::Permission),
                ],
            ),
        ],
        unavailable: state == ScopeState::Unknown,
        notice,
        ..ScopeChoices::default()
    }
}

/// The token of the shop, with these permissions.
pub(super) fn card(granted: &[&str], withheld: &[&str]) -> AccessTokenCard {
    let ticks = granted.iter().chain(withheld);
    AccessTokenCard {
        api: Api::Resource(SHOP.to_owned()),
        organization: None,
        permissions: ticks
            .map(|name| Tick {
                name: (*name).to_owned(),
                ticked: false,
            })
            .collect(),
        switched_off: Vec::new(),
        narrowed: String::new(),
        chosen: false,
        outcome: Ok(AccessTokenClaims {
            audience: Some(SHOP.to_owned()),
            granted: texts(granted),
            withheld: texts(withheld),
            issued: after(-60),
            expires: after(3540),
            lifetime: 3600,
            left: 3540,
            kept: true,
            rest: vec![("iss".to_owned(), "https://logto.example/oidc".to_owned())],
        }),
    }
}

/// There is no token of the shop.
pub(super) fn refused(refusal: TokenRefusal) -> AccessTokenCard {
    AccessTokenCard {
        outcome: Err(refusal),
        ..card(&["read:orders", "write:orders"], &[])
    }
}

/// A token with permissions, one without, and none.
pub(super) fn tokens() -> AccessTokens {
    let named = |indicator: &str, card| AccessTokenCard {
        api: Api::Resource(indicator.to_owned()),
        ..card
    };
    AccessTokens {
        cards: vec![
            card(&["read:orders", "write:orders"], &[]),
            named("https://billing.example/api", card(&[], &["view:invoices"])),
            named(
                "https://files.example/api",
                refused(TokenRefusal::NotAskedFor),
            ),
        ],
        organizations: two(),
        unknown: false,
    }
}

/// So many sessions, the first one this one.
pub(super) fn sessions(total: usize, notice: Option<SessionsNotice>) -> Sessions {
    let session = |browser: &str, system: &str, kind, handle: Option<&str>| SessionCard {
        handle: handle.map(str::to_owned),
        browser: Some(browser.to_owned()),
        system: Some(system.to_owned()),
        kind,
        address: Some("203.0.113.…".to_owned()),
        signed_in: after(-7200),
        last_used: after(-120),
        ends: after(86_400),
    };
    let all = [
        session("Firefox", "Linux", DeviceKind::Computer, None),
        session("Safari", "iOS", DeviceKind::Phone, Some("handle")),
    ];
    Sessions {
        list: all.into_iter().take(total).collect(),
        total,
        notice,
    }
}

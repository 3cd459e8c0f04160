use super::*;

const ENGLISH: &PanelTexts = &PanelTexts::ENGLISH;

pub(super) fn toggle(scope: &str, kind: ScopeKind, state: ScopeState) -> ScopeToggle {
    ScopeToggle {
        scope: scope.into(),
        kind,
        state,
        cost: Some(ScopeCost::Token),
        claims: Vec::new(),
        at_hand: false,
        also_of: Vec::new(),
        organizations: Vec::new(),
        change: None,
    }
}

#[cfg(feature = "ssr")]
#[test]
fn every_scope_of_logto_says_what_it_is_and_what_it_brings() {
    let mut titles = std::collections::BTreeSet::new();
    for scope in logto::scope::USER {
        let toggle = toggle(scope, ScopeKind::User, ScopeState::Granted);
        assert!(titles.insert(toggle.title(ENGLISH)), "{scope}");
        assert_ne!(toggle.about(ENGLISH), ENGLISH.scopes.unknown_scope);
    }
    assert!(!titles.contains(&None));
}

#[test]
fn a_scope_nobody_knows_is_called_by_its_name_and_says_so() {
    let unknown = toggle("beta", ScopeKind::User, ScopeState::NotAsked);
    assert_eq!(unknown.title(ENGLISH), None);
    assert_eq!(unknown.about(ENGLISH), ENGLISH.scopes.unknown_scope);
    let permission = toggle("read:orders", ScopeKind::Permission, ScopeState::NotAsked);
    assert_eq!(permission.title(ENGLISH), None);
    assert_ne!(permission.about(ENGLISH), unknown.about(ENGLISH));
}

#[test]
fn only_what_is_granted_or_not_known_to_be_refused_is_on() {
    for (state, on) in [
        (ScopeState::Granted, true),
        (ScopeState::Unknown, true),
        (ScopeState::SwitchedOff, false),
        (ScopeState::NotGranted, false),
        (ScopeState::NotAsked, false),
    ] {
        let toggle = toggle("email", ScopeKind::User, state);
        assert_eq!(toggle.is_on(), on, "{state:?}");
    }
}

#[test]
fn what_was_not_granted_says_who_can_grant_it() {
    let hint = |kind| {
        toggle("x", kind, ScopeState::NotGranted)
            .hint(ENGLISH)
            .unwrap()
    };
    let kinds = [
        ScopeKind::User,
        ScopeKind::Permission,
        ScopeKind::OrganizationPermission,
    ];
    for kind in kinds {
        assert!(hint(kind).contains("dministrator"), "{kind:?}");
    }
    let mut inside = toggle("x", kinds[2], ScopeState::NotGranted);
    assert_eq!(
        inside.hint(ENGLISH),
        Some(ENGLISH.scopes.ask_for_invitation)
    );
    inside.organizations = vec![PermissionIn {
        id: "acme".into(),
        name: "acme".into(),
        held: false,
    }];
    let texts = &ENGLISH.scopes;
    assert_eq!(inside.hint(ENGLISH), Some(texts.ask_for_organization_role));
}

#[cfg(feature = "ssr")]
#[test]
fn a_reserved_scope_says_why_it_cannot_be_switched() {
    for scope in logto::scope::RESERVED {
        let mut reserved = toggle(scope, ScopeKind::User, ScopeState::Granted);
        reserved.cost = None;
        assert!(reserved.hint(ENGLISH).unwrap().starts_with("Required"));
        reserved.state = ScopeState::NotGranted;
        assert_eq!(reserved.hint(ENGLISH), Some(ENGLISH.scopes.ask_for_setting));
    }
}

#[test]
fn granted_claims_say_where_they_are() {
    let mut data = toggle("custom_data", ScopeKind::User, ScopeState::Granted);
    assert_eq!(data.hint(ENGLISH), None);
    data.claims = vec!["custom_data".into()];
    assert_eq!(data.hint(ENGLISH), Some(ENGLISH.scopes.in_userinfo));
    data.at_hand = true;
    assert_eq!(data.hint(ENGLISH), Some(ENGLISH.scopes.at_hand));
    data.state = ScopeState::SwitchedOff;
    assert_eq!(data.hint(ENGLISH), None);
}

#[test]
fn changes_are_summed_up_by_what_they_take_together() {
    use ScopeCost::{Nothing, SignIn, Token, TokenAndUserInfo};

    let sum = |costs: &[ScopeCost]| summary(costs, ENGLISH);
    assert_eq!(sum(&[]), "");
    assert_eq!(sum(&[Nothing]), "1 change: no request to Logto");
    assert_eq!(sum(&[Nothing, Token]), "2 changes: tokens are refreshed");
    assert_eq!(
        sum(&[Token, TokenAndUserInfo]),
        "2 changes: tokens are refreshed and userinfo is fetched"
    );
    assert_eq!(sum(&[SignIn]), "1 change: you are redirected to Logto");
    assert_eq!(
        sum(&[Token, SignIn]),
        "2 changes: one needs a redirect to Logto"
    );
    assert_eq!(
        sum(&[SignIn, Token, SignIn]),
        "3 changes: 2 need a redirect to Logto"
    );
}

use super::*;
use crate::model::Reason;

#[test]
fn a_claim_is_missing_because_its_scope_was_not_asked_for() {
    let scopes: Scopes = "openid profile".parse().unwrap();
    let token = json!({ "sub": "u1" });
    for userinfo in [None, Some(&token)] {
        let info = with_scopes(&token, userinfo, &scopes, &scopes, &NONE);
        assert_eq!(info.reason("email"), Some(Reason::NotAsked));
        assert_eq!(info.reason("custom_data"), Some(Reason::NotAsked));
    }
}

/// Logto leaves out silently what it does not grant: only a comparison of the requested with the
/// granted scopes shows it.
#[test]
fn a_claim_is_missing_because_its_scope_was_asked_for_and_not_granted() {
    let (asked, granted) = ("openid email".parse().unwrap(), "openid".parse().unwrap());
    let info = with_scopes(&json!({ "sub": "u1" }), None, &asked, &granted, &NONE);
    assert_eq!(info.reason("email"), Some(Reason::NotGranted));
    assert_eq!(info.reason("phone_number"), Some(Reason::NotAsked));
}

#[test]
fn a_claim_is_missing_because_the_person_switched_its_scope_off() {
    let scopes: Scopes = EVERYTHING.parse().unwrap();
    let off = "email".parse().unwrap();
    let token = json!({ "sub": "u1" });
    let info = with_scopes(&token, Some(&token), &scopes, &scopes, &off);
    assert_eq!(info.reason("email"), Some(Reason::SwitchedOff));
    assert_eq!(info.reason("phone_number"), Some(Reason::NotSet));
}

#[test]
fn null_is_there_and_empty_and_absent_is_not_there() {
    let info = signed_in(&id_token(), None);
    assert_eq!(value(&info, "picture"), &ClaimValue::Null);
    assert_eq!(info.reason("picture"), None);
    assert_eq!(info.reason("nickname"), Some(Reason::NotFetched));
    let info = signed_in(&id_token(), Some(&userinfo()));
    assert_eq!(info.reason("nickname"), Some(Reason::NotSet));
    assert_eq!(info.reason("no_such_claim"), None);
    assert_eq!(info.reason("profile"), None, "nobody misses it");
}

#[test]
fn while_userinfo_does_not_answer_nobody_knows_what_it_has() {
    let scopes = EVERYTHING.parse().unwrap();
    let token = claims(id_token());
    let info = describe(&ClaimSources {
        id_token: &token,
        userinfo: UserInfoAnswer::Unavailable,
        asked: &scopes,
        granted: &scopes,
        switched_off: &NONE,
        pictures: PicturePolicy { loopback: false },
    });
    assert_eq!(info.fetch, Fetch::Unavailable);
    assert_eq!(info.reason("custom_data"), Some(Reason::Unavailable));
    assert_eq!(value(&info, "name"), &text("Alice Example"));
}

/// `keys-idtoken-config-tabs.json`: a new tenant has roles and organizations in the ID token, the
/// rest in userinfo alone.
#[test]
fn in_a_new_tenant_custom_data_is_one_request_away() {
    let info = signed_in(&id_token(), None);
    for name in [
        "custom_data",
        "identities",
        "sso_identities",
        "organization_data",
    ] {
        assert_eq!(info.reason(name), Some(Reason::NotFetched), "{name}");
    }
    let info = signed_in(&id_token(), Some(&userinfo()));
    let data = info.claim("custom_data").unwrap();
    assert_eq!(data.source, ClaimSource::UserInfo);
    assert_eq!(data.scope.as_deref(), Some("custom_data"));
    assert_eq!(info.claim("roles").unwrap().source, ClaimSource::Both);
}

/// `keys-idtoken-config-tabs.json`, every extended claim enabled: nothing is one request away any
/// more.
#[test]
fn a_tenant_that_moves_all_claims_into_the_id_token_needs_no_request() {
    let mut token = userinfo();
    token["iss"] = "https://logto.example/oidc".into();
    let info = signed_in(&token, None);
    for name in ["custom_data", "identities", "organization_data"] {
        let source = &info.claim(name).unwrap().source;
        assert_eq!(source, &ClaimSource::IdToken, "{name}");
    }
    let info = signed_in(&token, Some(&userinfo()));
    assert_eq!(info.claim("custom_data").unwrap().source, ClaimSource::Both);
}

/// `keys-idtoken-config-tabs.json`, no extended claim enabled: roles and organizations are in
/// userinfo alone.
#[test]
fn a_tenant_that_keeps_all_extended_claims_out_of_the_id_token_has_them_in_userinfo() {
    let mut token = id_token();
    for name in ["roles", "organizations", "organization_roles"] {
        token.as_object_mut().unwrap().remove(name);
    }
    let info = signed_in(&token, None);
    for name in ["roles", "organizations", "organization_roles"] {
        assert_eq!(info.reason(name), Some(Reason::NotFetched), "{name}");
    }
    let info = signed_in(&token, Some(&userinfo()));
    for name in ["roles", "organizations", "organization_roles"] {
        let source = &info.claim(name).unwrap().source;
        assert_eq!(source, &ClaimSource::UserInfo, "{name}");
    }
}

#[test]
fn two_values_are_shown_as_two() {
    let mut newer = userinfo();
    newer["name"] = "Alicia Example".into();
    newer["picture"] = "https://example.com/new.png".into();
    newer["organizations"] = json!(["asl5guymvnj4", "1xld34l574eb"]);
    let info = signed_in(&id_token(), Some(&newer));
    let name = info.claim("name").unwrap();
    assert_eq!(name.value, text("Alicia Example"));
    assert_eq!(name.source, ClaimSource::Different(text("Alice Example")));
    let picture = info.claim("picture").unwrap();
    assert_eq!(picture.source, ClaimSource::Different(ClaimValue::Null));
    let organizations = info.claim("organizations").unwrap();
    assert_eq!(
        organizations.source,
        ClaimSource::Both,
        "order says nothing"
    );
    let names: Vec<_> = info.claims.iter().map(|claim| &claim.name).collect();
    let mut once = names.clone();
    once.sort();
    once.dedup();
    assert_eq!(names.len(), once.len(), "each claim has one row");
}

#[test]
fn a_persons_own_facts_come_first_and_what_nobody_knows_goes_with_the_custom_ones() {
    let mut token = id_token();
    token["tier"] = "gold".into();
    let info = signed_in(&token, Some(&userinfo()));
    assert_eq!(info.claims[0].name, "sub");
    assert!(info.claims.is_sorted_by_key(|claim| claim.group as usize));
    let last: Vec<_> = info
        .claims
        .iter()
        .rev()
        .take(2)
        .map(|claim| &claim.name)
        .collect();
    assert_eq!(last, ["iat", "iss"]);
    let tier = info.claim("tier").unwrap();
    assert_eq!(
        (tier.group, tier.scope.as_ref()),
        (ClaimGroup::Custom, None)
    );
    assert_eq!(tier.label, None);
}

#[test]
fn what_tied_the_token_to_the_sign_in_is_not_shown() {
    let info = signed_in(&id_token(), None);
    for name in ["nonce", "at_hash"] {
        assert!(info.claim(name).is_none() && info.reason(name).is_none());
        assert!(!info.json.contains(name));
    }
}

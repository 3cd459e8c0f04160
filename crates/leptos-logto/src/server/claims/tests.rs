use std::sync::LazyLock;

use serde_json::json;

use super::*;
use crate::model::{ClaimPart, Moment, Reason};

/// What the development configuration asks for.
const EVERYTHING: &str = "openid offline_access profile email phone address custom_data identities roles \
    urn:logto:scope:organizations urn:logto:scope:organization_roles";

static NONE: LazyLock<Scopes> = LazyLock::new(Scopes::new);

fn claims(value: Value) -> Claims {
    serde_json::from_value(value).unwrap()
}

/// Alice's ID token as a new tenant has it (`token-responses.json`, first case), less what no test looks at.
fn id_token() -> Value {
    json!({
        "sub": "vy5uejihtdj7", "name": "Alice Example", "picture": null, "updated_at": 1_795_331_168_755_i64,
        "email": "alice@example.com", "email_verified": true, "roles": ["shop-reader"],
        "organizations": ["1xld34l574eb", "asl5guymvnj4"],
        "organization_roles": ["1xld34l574eb:member", "asl5guymvnj4:admin"],
        "nonce": "n", "at_hash": "h", "iss": "https://logto.example/oidc", "iat": 1_795_331_168
    })
}

/// What userinfo has beyond that (`userinfo.json`, first case).
fn userinfo() -> Value {
    let mut claims = id_token();
    for name in ["nonce", "at_hash", "iss", "iat"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    claims["custom_data"] = json!({ "plan": "gold", "tags": ["a", "b"], "nested": { "n": 1 } });
    claims["identities"] = json!({});
    claims["sso_identities"] = json!([]);
    claims["organization_data"] = json!([
        { "id": "1xld34l574eb", "name": "globex", "description": "Globex Inc" },
        { "id": "asl5guymvnj4", "name": "acme", "description": "Acme Corp" }
    ]);
    claims
}

/// A sign-in that asked for everything and got it.
fn signed_in(id_token: &Value, userinfo: Option<&Value>) -> UserInfo {
    let scopes: Scopes = EVERYTHING.parse().unwrap();
    with_scopes(id_token, userinfo, &scopes, &scopes, &NONE)
}

fn with_scopes(
    id_token: &Value,
    userinfo: Option<&Value>,
    asked: &Scopes,
    granted: &Scopes,
    switched_off: &Scopes,
) -> UserInfo {
    let userinfo = userinfo.map(|value| claims(value.clone()));
    describe(&Known {
        id_token: &claims(id_token.clone()),
        userinfo: userinfo.as_ref().map_or(Asked::Not, Asked::Answered),
        asked,
        granted,
        switched_off,
        pictures: Pictures { loopback: false },
    })
}

fn value<'a>(info: &'a UserInfo, name: &str) -> &'a ClaimValue {
    &info.claim(name).unwrap().value
}

fn text(text: &str) -> ClaimValue {
    ClaimValue::Text(text.into())
}

fn meant(words: &str, exact: &str) -> ClaimValue {
    ClaimValue::Meant {
        words: words.into(),
        exact: exact.into(),
    }
}

fn part(name: &str, value: ClaimValue) -> ClaimPart {
    ClaimPart {
        name: name.into(),
        value,
    }
}

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

/// Logto leaves out silently what it does not grant: only asked and granted, side by side, tell.
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
}

#[test]
fn while_userinfo_does_not_answer_nobody_knows_what_it_has() {
    let scopes = EVERYTHING.parse().unwrap();
    let token = claims(id_token());
    let info = describe(&Known {
        id_token: &token,
        userinfo: Asked::Silent,
        asked: &scopes,
        granted: &scopes,
        switched_off: &NONE,
        pictures: Pictures { loopback: false },
    });
    assert_eq!(info.fetch, Fetch::Unavailable);
    assert_eq!(info.reason("custom_data"), Some(Reason::Unavailable));
    assert_eq!(value(&info, "name"), &text("Alice Example"));
}

/// `keys-idtoken-config-tabs.json`: a new tenant has roles and organizations in the ID token, the rest in userinfo alone.
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

/// `keys-idtoken-config-tabs.json`, every extended claim enabled: nothing is one request away any more.
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

/// `keys-idtoken-config-tabs.json`, no extended claim enabled: roles and organizations are in userinfo alone.
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

#[test]
fn times_are_read_in_their_own_unit() {
    let info = signed_in(&id_token(), None);
    let time = |exact: &str| {
        ClaimValue::Time(Moment {
            words: "22 Nov 2026, 07:06:08 UTC".into(),
            machine: "2026-11-22T07:06:08Z".into(),
            exact: exact.into(),
        })
    };
    assert_eq!(value(&info, "updated_at"), &time("1795331168755 ms"));
    assert_eq!(value(&info, "iat"), &time("1795331168 s"));
    let info = signed_in(
        &json!({ "sub": "u1", "updated_at": "yesterday", "auth_time": 1.5 }),
        None,
    );
    assert_eq!(value(&info, "updated_at"), &text("yesterday"));
    assert_eq!(value(&info, "auth_time"), &text("1.5"));
}

#[test]
fn organizations_and_roles_have_names_when_they_are_known() {
    let info = signed_in(&id_token(), None);
    let roles = |globex: &str, acme: &str| {
        ClaimValue::List(vec![
            meant(globex, "1xld34l574eb:member"),
            meant(acme, "asl5guymvnj4:admin"),
        ])
    };
    let unknown = roles("member in 1xld34l574eb", "admin in asl5guymvnj4");
    assert_eq!(value(&info, "organization_roles"), &unknown);
    let info = signed_in(&id_token(), Some(&userinfo()));
    let known = roles("member in globex", "admin in acme");
    assert_eq!(value(&info, "organization_roles"), &known);
    let organizations = ClaimValue::List(vec![
        meant("globex", "1xld34l574eb"),
        meant("acme", "asl5guymvnj4"),
    ]);
    assert_eq!(value(&info, "organizations"), &organizations);
}

#[test]
fn nested_values_become_lists_and_parts() {
    let info = signed_in(&id_token(), Some(&userinfo()));
    let expected = ClaimValue::Parts(vec![
        part("plan", text("gold")),
        part("tags", ClaimValue::List(vec![text("a"), text("b")])),
        part("nested", ClaimValue::Parts(vec![part("n", text("1"))])),
    ]);
    assert_eq!(value(&info, "custom_data"), &expected);
    assert_eq!(value(&info, "identities"), &ClaimValue::Empty("{}".into()));
    assert_eq!(
        value(&info, "sso_identities"),
        &ClaimValue::Empty("[]".into())
    );
}

/// FZ-09: whoever writes custom data decides how deep it is.
#[test]
fn what_is_very_deep_is_shown_as_json() {
    let mut deep = json!("bottom");
    for _ in 0..100 {
        deep = json!({ "deeper": deep });
    }
    let info = signed_in(&json!({ "sub": "u1", "custom_data": deep }), None);
    let mut value = value(&info, "custom_data");
    let mut depth = 0;
    while let ClaimValue::Parts(parts) = value {
        value = &parts[0].value;
        depth += 1;
    }
    assert_eq!(depth, 5);
    assert!(matches!(value, ClaimValue::Json(json) if json.contains("bottom")));
}

/// LX-09
#[test]
fn a_picture_that_is_no_https_address_is_not_shown() {
    let info = signed_in(
        &json!({ "sub": "u1", "picture": "javascript:alert(1)" }),
        None,
    );
    assert!(
        matches!(value(&info, "picture"), ClaimValue::Meant { exact, .. } if exact == "javascript:alert(1)")
    );
    let info = signed_in(
        &json!({ "sub": "u1", "picture": "https://example.com/a.png" }),
        None,
    );
    assert_eq!(
        value(&info, "picture"),
        &ClaimValue::Picture("https://example.com/a.png".into())
    );
}

#[test]
fn claims_of_an_unexpected_kind_are_shown_as_they_came() {
    let token = json!({
        "sub": "u1", "organization_roles": ["no-colon", 7], "organizations": "acme", "email": ["a", "b"], "address": 5
    });
    let info = signed_in(&token, None);
    let list = ClaimValue::List(vec![text("no-colon"), text("7")]);
    assert_eq!(value(&info, "organization_roles"), &list);
    assert_eq!(value(&info, "organizations"), &text("acme"));
    assert_eq!(
        value(&info, "email"),
        &ClaimValue::List(vec![text("a"), text("b")])
    );
    assert_eq!(value(&info, "address"), &text("5"));
}

/// The quick start's `exclude_unset`: not asked for is left out, asked for and empty is null.
#[test]
fn the_json_has_what_came_and_nothing_else() {
    let info = signed_in(&id_token(), Some(&userinfo()));
    let read: Value = serde_json::from_str(&info.json).unwrap();
    assert_eq!(read["picture"], Value::Null);
    assert!(read.get("nickname").is_none());
    assert_eq!(read["custom_data"], userinfo()["custom_data"]);
    assert_eq!(read["iat"], 1_795_331_168);
    let names: Vec<_> = read.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), info.claims.len());
}

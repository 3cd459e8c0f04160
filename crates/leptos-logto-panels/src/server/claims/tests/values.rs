use super::*;
use leptos_logto::Moment;

use crate::model::ClaimPart;

fn described(text: &str, exact: &str) -> ClaimValue {
    ClaimValue::Described {
        text: text.into(),
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
fn times_are_read_in_their_own_unit() {
    let info = signed_in(&id_token(), None);
    let time = |exact: &str| {
        ClaimValue::Time(Moment {
            text: "2026-11-22 07:06:08 UTC".into(),
            machine: "2026-11-22T07:06:08Z".into(),
            exact: exact.into(),
            to_the_minute: false,
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
            described(globex, "1xld34l574eb:member"),
            described(acme, "asl5guymvnj4:admin"),
        ])
    };
    assert_eq!(
        value(&info, "organization_roles"),
        &roles("member", "admin")
    );
    let ids = ClaimValue::List(vec![text("1xld34l574eb"), text("asl5guymvnj4")]);
    let counted = ClaimValue::Folded {
        text: "2 organizations".into(),
        value: Box::new(ids),
    };
    assert_eq!(value(&info, "organizations"), &counted);
    let one = json!({ "sub": "u1", "organizations": ["1xld34l574eb"] });
    let info = signed_in(&one, None);
    assert!(
        matches!(value(&info, "organizations"), ClaimValue::Folded { text, .. } if text == "1 organization")
    );
    let info = signed_in(&id_token(), Some(&userinfo()));
    let known = roles("member in globex", "admin in acme");
    assert_eq!(value(&info, "organization_roles"), &known);
    let organizations = ClaimValue::List(vec![
        described("globex", "1xld34l574eb"),
        described("acme", "asl5guymvnj4"),
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
        matches!(value(&info, "picture"), ClaimValue::Described { exact, .. } if exact == "javascript:alert(1)")
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

#[test]
fn an_organization_whose_name_shows_nothing_is_called_by_its_id() {
    let mut userinfo = userinfo();
    userinfo["organization_data"][0]["name"] = "\u{3164}\u{200b}".into();
    let info = signed_in(&id_token(), Some(&userinfo));
    let ClaimValue::List(organizations) = value(&info, "organizations") else {
        panic!("organizations are a list");
    };
    assert_eq!(organizations[0], text("1xld34l574eb"));
}

#[test]
fn a_text_that_shows_nothing_is_shown_by_its_characters() {
    let claims = json!({ "sub": "u1", "name": "\u{0}\u{200b}", "nickname": "\u{3164}".repeat(17), "custom_data": { "\u{0}": "\u{1d173}" } });
    let info = signed_in(&claims, None);
    let invisible = |exact: &str| described("No visible text", exact);
    assert_eq!(value(&info, "name"), &invisible(r#""\u0000\u200b""#));
    let cut = format!("\"{}…\"", r"\u3164".repeat(16));
    assert_eq!(value(&info, "nickname"), &invisible(&cut));
    let data = vec![part(r#""\u0000""#, invisible(r#""\ud834\udd73""#))];
    assert_eq!(value(&info, "custom_data"), &ClaimValue::Parts(data));
}

#[test]
fn a_text_that_html_does_not_keep_is_replaced_wherever_it_comes_from() {
    let token = json!({ "sub": "u1", "name": "a\u{0}b", "custom_data": { "a\r": "x" } });
    let info = signed_in(&token, Some(&json!({ "sub": "u1", "name": "Alice" })));
    let ClaimSource::Different(in_token) = &info.claim("name").unwrap().source else {
        panic!("{info:?}");
    };
    assert_eq!(in_token, &text("a\u{fffd}b"));
    assert_eq!(
        value(&info, "custom_data"),
        &ClaimValue::Parts(vec![part("a\n", text("x"))])
    );
}

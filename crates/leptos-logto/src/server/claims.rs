//! Claims, described for a person: value, source, scope, and why one is not there.

use logto::{Claims, scope};
use logto_axum::SignedIn;
use serde_json::Value;
use time::{
    OffsetDateTime,
    format_description::{self, well_known::Rfc3339},
};

use crate::{
    model::{ClaimRow, ClaimSource, ClaimValue, MissingClaim, Reason, UserInfo},
    words::use_words,
};

/// Which scope brings which claims (`logto-facts`, scope table of Logto 1.42). Logto decides per tenant whether the
/// extended ones are in the ID token or in userinfo alone, so that is looked at, never assumed.
const SCOPES: [(&str, &[&str]); 9] = [
    (
        scope::PROFILE,
        &[
            "name",
            "picture",
            "username",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "created_at",
            "updated_at",
        ],
    ),
    (scope::EMAIL, &["email", "email_verified"]),
    (scope::PHONE, &["phone_number", "phone_number_verified"]),
    (scope::ADDRESS, &["address"]),
    (scope::ROLES, &["roles"]),
    (
        scope::ORGANIZATIONS,
        &["organizations", "organization_data"],
    ),
    (scope::ORGANIZATION_ROLES, &["organization_roles"]),
    (scope::CUSTOM_DATA, &["custom_data"]),
    (scope::IDENTITIES, &["identities", "sso_identities"]),
];

/// Claims about the token and not about the person, which have done their work when it was verified.
const HIDDEN: [&str; 2] = ["nonce", "at_hash"];

pub(super) fn describe(person: &SignedIn, fetched: Option<&Claims>, unavailable: bool) -> UserInfo {
    let from_token = person.claims.entries();
    let from_userinfo = fetched.map(Claims::entries).unwrap_or_default();
    let mut claims: Vec<ClaimRow> = Vec::new();
    for (name, value) in &from_token {
        if HIDDEN.contains(&name.as_str()) {
            continue;
        }
        let same = from_userinfo
            .iter()
            .any(|(other, fetched)| other == name && fetched == value);
        let source = if same {
            ClaimSource::Both
        } else {
            ClaimSource::IdToken
        };
        claims.push(row(name, value, source));
    }
    for (name, value) in &from_userinfo {
        if !from_token
            .iter()
            .any(|(other, known)| other == name && known == value)
        {
            claims.push(row(name, value, ClaimSource::UserInfo));
        }
    }
    let is_there = |name: &str| claims.iter().any(|claim| claim.name == name);
    let mut missing = Vec::new();
    for (scope, names) in SCOPES {
        let reason = if !person.scope.contains(scope) {
            Reason::ScopeNotGranted
        } else if fetched.is_none() {
            Reason::PerhapsInUserInfo
        } else {
            Reason::NotSet
        };
        let absent = names.iter().filter(|name| !is_there(name));
        missing.extend(absent.map(|name| MissingClaim {
            name: (*name).to_owned(),
            scope: scope.to_owned(),
            reason,
        }));
    }
    UserInfo {
        claims,
        missing,
        fetched: fetched.is_some(),
        unavailable,
    }
}

fn row(name: &str, value: &Value, source: ClaimSource) -> ClaimRow {
    let scope = SCOPES
        .iter()
        .find(|(_, names)| names.contains(&name))
        .map(|(scope, _)| (*scope).to_owned());
    ClaimRow {
        name: name.to_owned(),
        value: shown(name, value),
        source,
        scope: scope.or_else(|| (name == "sub").then(|| scope::OPENID.to_owned())),
    }
}

fn shown(name: &str, value: &Value) -> ClaimValue {
    let time = match name {
        // Logto sends these in milliseconds, where OpenID Connect has seconds.
        "created_at" | "updated_at" => value.as_i64().and_then(|number| time(number, 1000, "ms")),
        "exp" | "iat" | "nbf" | "auth_time" => {
            value.as_i64().and_then(|number| time(number, 1, "s"))
        }
        _ => None,
    };
    time.unwrap_or_else(|| match value {
        Value::Null => ClaimValue::Null,
        Value::String(text) => ClaimValue::Text(text.clone()),
        Value::Bool(_) | Value::Number(_) => ClaimValue::Text(value.to_string()),
        Value::Array(_) | Value::Object(_) => {
            ClaimValue::Json(serde_json::to_string_pretty(value).unwrap_or_default())
        }
    })
}

fn time(number: i64, per_second: i64, unit: &str) -> Option<ClaimValue> {
    let moment = OffsetDateTime::from_unix_timestamp(number.div_euclid(per_second)).ok()?;
    let format = format_description::parse_borrowed::<2>(use_words().time.format).ok()?;
    Some(ClaimValue::Time {
        words: moment.format(&format).ok()?,
        machine: moment.format(&Rfc3339).ok()?,
        exact: format!("{number} {unit}"),
    })
}

#[cfg(test)]
mod tests {
    use logto::Scopes;
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Claims {
        serde_json::from_value(value).unwrap()
    }

    fn person(granted: &str) -> SignedIn {
        SignedIn {
            claims: claims(json!({
                "sub": "u1", "name": "Alice", "picture": null, "updated_at": 1_795_331_168_755_i64,
                "roles": ["shop-reader"], "iat": 1_795_331_168, "nonce": "n"
            })),
            scope: granted.parse::<Scopes>().unwrap(),
            asked: Scopes::default(),
            switched_off: Scopes::default(),
            signed_in_at: 0,
            ends_at: 0,
        }
    }

    fn find<'a>(info: &'a UserInfo, name: &str) -> &'a ClaimRow {
        info.claims.iter().find(|claim| claim.name == name).unwrap()
    }

    #[test]
    fn null_is_shown_as_null_and_absent_as_absent() {
        let info = describe(&person("openid profile"), None, false);
        assert_eq!(find(&info, "picture").value, ClaimValue::Null);
        let missing = |name: &str| {
            info.missing
                .iter()
                .find(|claim| claim.name == name)
                .unwrap()
                .reason
        };
        assert_eq!(missing("nickname"), Reason::PerhapsInUserInfo);
        assert_eq!(missing("email"), Reason::ScopeNotGranted);
    }

    #[test]
    fn milliseconds_and_seconds_are_told_apart_and_kept_exact() {
        let info = describe(&person("openid profile"), None, false);
        let time = |exact: &str| ClaimValue::Time {
            words: "22 Nov 2026, 07:06:08 UTC".into(),
            machine: "2026-11-22T07:06:08Z".into(),
            exact: exact.into(),
        };
        assert_eq!(find(&info, "updated_at").value, time("1795331168755 ms"));
        assert_eq!(find(&info, "iat").value, time("1795331168 s"));
    }

    #[test]
    fn each_claim_names_its_source_and_a_difference_shows_both() {
        let fetched = claims(
            json!({ "sub": "u1", "name": "Alicia", "picture": null, "custom_data": { "plan": "pro" } }),
        );
        let info = describe(&person("openid profile custom_data"), Some(&fetched), false);
        assert_eq!(find(&info, "picture").source, ClaimSource::Both);
        assert_eq!(find(&info, "roles").source, ClaimSource::IdToken);
        let data = find(&info, "custom_data");
        assert_eq!(data.source, ClaimSource::UserInfo);
        assert_eq!(
            data.value,
            ClaimValue::Json("{\n  \"plan\": \"pro\"\n}".into())
        );
        let names: Vec<_> = info
            .claims
            .iter()
            .filter(|claim| claim.name == "name")
            .collect();
        assert_eq!(names.len(), 2);
        assert!(
            info.missing
                .iter()
                .any(|claim| claim.name == "nickname" && claim.reason == Reason::NotSet)
        );
    }

    #[test]
    fn the_nonce_is_not_shown() {
        let info = describe(&person("openid"), None, false);
        assert!(!info.claims.iter().any(|claim| claim.name == "nonce"));
    }
}

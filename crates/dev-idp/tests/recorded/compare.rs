//! Compares an answer with a recorded one: what is random by its type, everything else by its value.

use serde_json::Value;

use crate::browser::{Answer, claims, token_header};

/// Members whose values differ from run to run.
const RANDOM: [&str; 14] = [
    "access_token",
    "id_token",
    "refresh_token",
    "jti",
    "iat",
    "exp",
    "nonce",
    "auth_time",
    "updated_at",
    "kid",
    "request_uri",
    "x",
    "y",
    "xsrf",
];

/// Headers that tell a client something. The others (`etag`, `vary`, dates) are the web server's.
const HEADERS: [&str; 5] = [
    "cache-control",
    "content-type",
    "location",
    "www-authenticate",
    "access-control-allow-origin",
];

/// Status, headers and body as recorded; also the decoded tokens where the recording has them.
#[track_caller]
pub fn same(name: &str, recorded: &Value, answer: &Answer) {
    assert_eq!(
        recorded["status"].as_u64(),
        Some(u64::from(answer.status)),
        "{name}: status, with {}",
        answer.text
    );
    for header in HEADERS {
        if let Some(value) = recorded["headers"][header].as_str() {
            let got = answer.headers.get(header).map(String::as_str);
            assert_eq!(got, Some(value), "{name}: {header}");
        }
    }
    match &recorded["body"] {
        Value::Null => {}
        Value::String(text) if text.starts_with("[HTML page: a form") => {
            same_form(name, text, answer);
        }
        Value::String(text) if text.ends_with('…') => {}
        Value::String(text) if text.starts_with('{') => {
            same_value(
                name,
                "body",
                &serde_json::from_str(text).unwrap(),
                &answer.json(),
            );
        }
        Value::String(text) => assert_eq!(*text, answer.text, "{name}: body"),
        body => same_value(name, "body", body, &answer.json()),
    }
    for keys in ["keys", "body_keys"] {
        if let Some(keys) = recorded[keys].as_array() {
            assert_eq!(*keys, member_names(&answer.json()), "{name}: members");
        }
    }
    if let Some(scope) = recorded["scope"].as_str() {
        assert_eq!(answer.json()["scope"], scope, "{name}: scope");
    }
    for (token, decoded) in [
        ("access_token", "decoded_access_token"),
        ("id_token", "decoded_id_token"),
    ] {
        match &recorded[decoded] {
            Value::Null => {}
            Value::String(_) => assert!(
                claims(&answer.json()[token]).is_none(),
                "{name}: {token} is not opaque"
            ),
            decoded => same_token(name, decoded, &answer.json()[token]),
        }
    }
}

/// The header and claims of a token.
#[track_caller]
pub fn same_token(name: &str, recorded: &Value, token: &Value) {
    same_value(name, "header", &recorded["header"], &token_header(token));
    same_value(
        name,
        "claims",
        &recorded["payload"],
        &claims(token).unwrap(),
    );
}

/// The same members in the same order (but for what a person's record holds freely), with the same types, and the same values unless they are random.
#[track_caller]
pub fn same_value(name: &str, place: &str, recorded: &Value, got: &Value) {
    match (recorded, got) {
        (Value::Object(held), Value::Object(members)) => {
            if !["address", "custom_data", "nested"]
                .iter()
                .any(|free| place.ends_with(free))
            {
                assert_eq!(
                    member_names(recorded),
                    member_names(got),
                    "{name}: members of {place}"
                );
            }
            assert_eq!(held.len(), members.len(), "{name}: members of {place}");
            for (member, value) in held {
                let place = format!("{place}.{member}");
                if RANDOM.contains(&member.as_str()) {
                    assert_eq!(
                        kind(value),
                        kind(&members[member]),
                        "{name}: type of {place}"
                    );
                } else {
                    same_value(name, &place, value, &members[member]);
                }
            }
        }
        (Value::Array(held), Value::Array(items)) => {
            assert_eq!(held.len(), items.len(), "{name}: length of {place}");
            for (held, item) in held.iter().zip(items) {
                same_value(name, place, held, item);
            }
        }
        _ => assert_eq!(recorded, got, "{name}: {place}"),
    }
}

fn member_names(value: &Value) -> Vec<Value> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str().into())
        .collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// `[HTML page: a form, method=post action=…, fields ['name=value', …], submitted by script on load]`
#[track_caller]
pub fn same_form(name: &str, recorded: &str, answer: &Answer) {
    let action = between(recorded, "action=", ", fields");
    assert!(
        answer
            .text
            .contains(&format!("<form method=\"post\" action=\"{action}\">")),
        "{name}: {}",
        answer.text
    );
    assert!(
        answer.text.contains("document.forms[0].submit()"),
        "{name}: submitted by script"
    );
    assert!(
        answer.text.contains("type=\"submit\""),
        "{name}: a button for those without scripts"
    );
    let mut count = 0;
    for field in between(recorded, "fields ['", "']").split("', '") {
        let (field, value) = field.split_once('=').unwrap();
        let start = format!("<input type=\"hidden\" name=\"{field}\" value=\"");
        let got = between(&answer.text, &start, "\"");
        if !RANDOM.contains(&field) && value != "…" {
            assert_eq!(got, value, "{name}: field {field}");
        }
        count += 1;
    }
    assert_eq!(
        answer.text.matches("<input ").count(),
        count,
        "{name}: number of fields"
    );
}

#[track_caller]
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {text}"))
        .1;
    rest.split_once(end).unwrap().0
}

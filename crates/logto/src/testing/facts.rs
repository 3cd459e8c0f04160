//! The recorded answers of a real Logto.

use serde_json::Value;

/// One recorded file, by its name without `.json`.
pub fn facts(name: &str) -> Value {
    let text = dev_idp::recorded(name).unwrap_or_else(|| panic!("{name} is not recorded"));
    serde_json::from_str(text).unwrap()
}

/// The cases of a recorded file.
pub fn cases(name: &str) -> Vec<Value> {
    facts(name)["cases"].as_array().unwrap().clone()
}

/// The case with this name.
pub fn case(file: &str, name: &str) -> Value {
    cases(file)
        .into_iter()
        .find(|case| case["name"] == name)
        .unwrap_or_else(|| panic!("no case {name:?}"))
}

/// Every distinct JWT that was recorded.
pub fn jwts() -> Vec<String> {
    let mut found = Vec::new();
    for name in [
        "token-responses",
        "m2m-and-token-exchange",
        "third-party-consent",
        "backchannel-logout",
        "prompts-and-extra-parameters",
    ] {
        collect(&facts(name), &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            // A JWT may stand alone or within an address (`id_token_hint=…`); one that was cut
            // short has no third part.
            for part in text
                .split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter))
            {
                let whole = part.starts_with("eyJ")
                    && part.split('.').filter(|part| part.len() > 60).count() == 3;
                if whole && !found.iter().any(|known| known == part) {
                    found.push(part.to_owned());
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}

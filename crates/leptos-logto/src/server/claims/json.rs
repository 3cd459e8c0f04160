use serde_json::{Map, Value};

/// The claims as one JSON object, as [`UserInfo::json`](crate::UserInfo) promises.
pub(super) fn text(
    from_token: Vec<(String, Value)>,
    from_userinfo: Vec<(String, Value)>,
) -> String {
    let claims: Map<String, Value> = from_token.into_iter().chain(from_userinfo).collect();
    inert(&serde_json::to_string_pretty(&claims).unwrap_or_default())
}

/// The same JSON without a character that means something in HTML. Leptos writes what is in a `<textarea>` as it is. They
/// stand in strings only, where JSON has another spelling for each (RFC 8259, section 7).
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Vec<(String, Value)> {
        let claims: Map<String, Value> = serde_json::from_value(value).unwrap();
        claims.into_iter().collect()
    }

    #[test]
    fn absent_is_left_out_null_is_kept_and_userinfo_counts() {
        let token = claims(json!({ "sub": "u1", "picture": null, "name": "Alice" }));
        let userinfo = claims(json!({ "sub": "u1", "name": "Alicia", "custom_data": { "a": [] } }));
        let read: Value = serde_json::from_str(&text(token, userinfo)).unwrap();
        let expected =
            json!({ "sub": "u1", "picture": null, "name": "Alicia", "custom_data": { "a": [] } });
        assert_eq!(read, expected);
    }

    /// LX-09
    #[test]
    fn markup_is_spelt_so_that_it_is_inert_and_means_the_same() {
        let hostile = "</textarea><script>a && b</script><!--";
        let text = text(claims(json!({ "sub": "u1", "<b>": hostile })), Vec::new());
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read, json!({ "sub": "u1", "<b>": hostile }));
    }
}

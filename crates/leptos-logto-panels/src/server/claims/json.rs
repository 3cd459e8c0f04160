use logto::exact_number;
use serde::{Serialize, Serializer, ser::Error};
use serde_json::{Map, Value, value::RawValue};

/// The claims as one JSON object, as [`UserInfo::json`](crate::UserInfo) promises.
pub(super) fn text(
    from_token: Vec<(String, Value)>,
    from_userinfo: Vec<(String, Value)>,
) -> String {
    let claims: Map<String, Value> = from_token.into_iter().chain(from_userinfo).collect();
    let claims = Value::Object(claims);
    inert(&serde_json::to_string_pretty(&Exact(&claims)).unwrap_or_default())
}

/// A value, written with each number as the provider sent it.
pub(super) struct Exact<'a>(pub &'a Value);

impl Serialize for Exact<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(number) = exact_number(self.0) {
            let number = RawValue::from_string(number.to_owned());
            return number.map_err(S::Error::custom)?.serialize(serializer);
        }
        match self.0 {
            Value::Array(values) => serializer.collect_seq(values.iter().map(Exact)),
            Value::Object(members) => {
                let members = members.iter();
                serializer.collect_map(members.map(|(name, value)| (name, Exact(value))))
            }
            plain => plain.serialize(serializer),
        }
    }
}

/// The same JSON without a character that means something in HTML. Leptos writes what is in a
/// `<textarea>` as it is. They stand in strings only, where JSON has another spelling for each (RFC
/// 8259, section 7).
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

    #[test]
    fn numbers_of_any_size_are_written_as_they_were_sent() {
        // As `logto` keeps what no 64-bit type holds.
        let id = "\u{fdd0}12345678901234567890123";
        let claims = claims(json!({ "custom_data": { "id": id, "rates": ["\u{fdd0}1.10", 2] } }));
        let text: String = text(claims, Vec::new()).split_whitespace().collect();
        let expected = r#"{"custom_data":{"id":12345678901234567890123,"rates":[1.10,2]}}"#;
        assert_eq!(text, expected);
    }
}

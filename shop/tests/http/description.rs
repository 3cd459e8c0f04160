//! The description and the API are one and the same.

use super::*;

async fn description() -> Value {
    let api = Api::start().await;
    let answer = Answer::of(api.request("GET", "/shop/openapi.json")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    json(&answer)
}

#[tokio::test]
async fn it_is_openapi_3_1_and_says_where_the_api_is() {
    let description = description().await;
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(description["servers"], json!([{ "url": "/shop" }]));
    assert_eq!(
        description["components"]["securitySchemes"]["bearer"],
        json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "An access token that Logto made for this API." })
    );
}

#[tokio::test]
async fn every_operation_says_which_permission_it_needs_and_how_it_refuses() {
    let description = description().await;
    let mut operations = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let permission = if method == "get" {
                "read:orders"
            } else {
                "write:orders"
            };
            assert_eq!(
                operation["security"],
                json!([{ "bearer": [permission] }]),
                "{method} {path}"
            );
            let responses = operation["responses"].as_object().unwrap();
            for status in ["401", "403", "503"] {
                assert!(responses.contains_key(status), "{method} {path} {status}");
            }
            assert_eq!(method == "post", responses.contains_key("409"), "{path}");
            for (status, response) in responses {
                let content = response.get("content");
                let problem = content.and_then(|content| content.get("application/problem+json"));
                assert_eq!(
                    status.parse::<u16>().unwrap() >= 400,
                    problem.is_some(),
                    "{method} {path} {status}"
                );
            }
            assert!(
                responses["401"]["headers"]
                    .get("WWW-Authenticate")
                    .is_some()
            );
            operations.push(format!("{method} {path}"));
        }
    }
    assert_eq!(
        operations,
        [
            "get /orders",
            "post /orders",
            "get /orders/{id}",
            "delete /orders/{id}",
            "get /organizations/{organization}/orders",
            "post /organizations/{organization}/orders",
            "get /organizations/{organization}/orders/{id}",
            "delete /organizations/{organization}/orders/{id}",
        ]
    );
}

/// Whoever reads it by a program finds all that it speaks of.
#[tokio::test]
async fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member.as_str() {
                        Some(text) if name == "$ref" => found.push(text.to_owned()),
                        _ => references(member, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let description = description().await;
    let mut found = Vec::new();
    references(&description, &mut found);
    assert!(found.len() > 30, "{}", found.len());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn a_new_order_is_described_as_it_is_judged() {
    let description = description().await;
    let order = &description["components"]["schemas"]["NewOrder"];
    assert_eq!(order["required"], json!(["item", "quantity"]));
    assert_eq!(order["additionalProperties"], false);
    assert_eq!(order["properties"]["item"]["maxLength"], 100);
    assert_eq!(order["properties"]["quantity"]["maximum"], 1000);
    assert_eq!(order["properties"]["quantity"]["minimum"], 1);
}

/// The characters of the first `[^…]` of a pattern.
fn first_class(pattern: &str) -> Vec<(char, char)> {
    let (class, _) = pattern
        .strip_prefix("^[^")
        .unwrap()
        .split_once(']')
        .unwrap();
    let mut rest = class.chars();
    let mut letters = Vec::new();
    while let Some(letter) = rest.next() {
        letters.push(match letter {
            '\\' => {
                assert_eq!(rest.next(), Some('u'));
                let digits: String = rest.by_ref().take(4).collect();
                char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
            }
            letter => letter,
        });
    }
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if letters.get(at + 1) == Some(&'-') {
            ranges.push((letters[at], letters[at + 2]));
            at += 3;
        } else {
            ranges.push((letters[at], letters[at]));
            at += 1;
        }
    }
    ranges
}

/// Whoever makes up orders from the description makes none up that are refused.
#[tokio::test]
async fn the_pattern_of_an_item_leaves_out_what_shows_nothing() {
    let description = description().await;
    let item = &description["components"]["schemas"]["NewOrder"]["properties"]["item"];
    let ranges = first_class(item["pattern"].as_str().unwrap());
    for letter in '\0'..=char::MAX {
        let is_left_out = ranges
            .iter()
            .any(|(first, last)| (first..=last).contains(&&letter));
        assert_eq!(is_left_out, logto::is_invisible(letter), "{letter:?}");
    }
}

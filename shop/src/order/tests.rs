use serde_json::json;

use super::*;

fn read(sent: &Value) -> Result<NewOrder, Vec<FieldError>> {
    NewOrder::read(sent)
}

/// The members that are said to be wrong.
fn wrong(sent: &Value) -> Vec<&'static str> {
    let errors = read(sent).unwrap_err();
    errors.iter().map(|error| error.pointer).collect()
}

#[test]
fn an_order_has_an_item_and_a_quantity() {
    for (item, quantity, expected) in [
        ("Coffee", "1", 1),
        ("x", "1000", 1000),
        ("an item with spaces ", "2.0", 2),
        ("コーヒー豆 ☕️", "5e0", 5),
    ] {
        let text = format!(r#"{{"item":"{item}","quantity":{quantity}}}"#);
        let order = read(&serde_json::from_str(&text).unwrap()).unwrap();
        assert_eq!(order.item, item);
        assert_eq!(order.quantity, expected);
    }
    let longest = "ü".repeat(100);
    assert!(read(&json!({ "item": longest, "quantity": 1 })).is_ok());
}

#[test]
fn an_item_is_a_short_text_of_visible_characters() {
    let long = "x".repeat(101);
    for item in [
        json!(""),
        json!(" x"),
        json!("\u{a0}x"),
        json!("\tx"),
        json!("\u{200b}"),
        json!("\u{3164}"),
        json!("\u{3000}x"),
        json!("\u{2060}\u{2800}"),
        json!("\u{e0041}"),
        json!("a\nb"),
        json!("a\u{0}b"),
        json!("a\u{7f}"),
        json!("a\u{85}b"),
        json!(long),
        json!(null),
        json!(1),
        json!(["x"]),
    ] {
        assert_eq!(
            wrong(&json!({ "item": item, "quantity": 1 })),
            ["/item"],
            "{item}"
        );
    }
}

#[test]
fn a_quantity_is_a_whole_number_within_bounds() {
    for quantity in [
        json!(0),
        json!(-1),
        json!(1001),
        json!(1.5),
        json!(0.0),
        json!(1e300),
        json!(u64::MAX),
        json!(4_294_967_297_u64),
        json!("1"),
        json!(true),
        json!(null),
        json!([1]),
    ] {
        assert_eq!(
            wrong(&json!({ "item": "x", "quantity": quantity })),
            ["/quantity"],
            "{quantity}"
        );
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    assert_eq!(wrong(&json!({})), ["/item", "/quantity"]);
    assert_eq!(
        wrong(&json!({ "item": "", "quantity": 0, "price": 1 })),
        ["/item", "/quantity", ""]
    );
    assert_eq!(
        wrong(&json!({ "item": "x", "quantity": 1, "placed_by": "somebody else" })),
        [""]
    );
    for no_object in [json!([]), json!(null), json!("x"), json!(1), json!([{}])] {
        assert_eq!(wrong(&no_object), [""], "{no_object}");
    }
}

/// The errors do not repeat the input, which may be anybody's text.
#[test]
fn a_flaw_repeats_nothing_of_what_was_sent() {
    let sent = json!({ "item": "<script>\n", "quantity": "<script>", "<script>": 1 });
    let shown = serde_json::to_string(&read(&sent).unwrap_err()).unwrap();
    assert!(!shown.contains("script"), "{shown}");
}

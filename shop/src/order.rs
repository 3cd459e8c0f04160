//! An order, and what is valid in one.

#[cfg(test)]
mod tests;

use logto::{OrganizationId, is_invisible};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::FieldError;

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Order {
    /// Ids are in the order of creation.
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 100)]
    pub item: String,
    #[schema(minimum = 1, maximum = 1000)]
    pub quantity: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// The subject of the token that it was placed with.
    pub placed_by: String,
    /// The organization that it belongs to, if it is not the person's own.
    #[schema(value_type = Option<String>)]
    pub organization: Option<OrganizationId>,
}

/// A page of a list of orders, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderList {
    pub orders: Vec<Order>,
    /// The value of `before` for the next page; `null` when there is none.
    pub next: Option<Uuid>,
}

/// The owner of orders: a person, or a member on behalf of an organization. It comes from a verified token only.
#[derive(Clone, Debug, PartialEq)]
pub enum Customer {
    /// Somebody, or an application that asks for nobody, for themselves.
    Person { subject: String },
    /// A member, for an organization.
    Member {
        subject: String,
        organization: OrganizationId,
    },
}

impl Customer {
    /// The person or application that orders.
    pub fn subject(&self) -> &str {
        match self {
            Self::Person { subject } | Self::Member { subject, .. } => subject,
        }
    }

    /// The organization it is for, if it is for one.
    pub fn organization(&self) -> Option<&OrganizationId> {
        match self {
            Self::Person { .. } => None,
            Self::Member { organization, .. } => Some(organization),
        }
    }
}

const LONGEST_ITEM: usize = 100;
const LARGEST_QUANTITY: u32 = 1000;

/// A new order.
// It is read by `NewOrder::read`; `Deserialize` is for its attribute alone, which the description repeats.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// The item: no control characters, and it begins with a visible character.
    #[schema(
        min_length = 1,
        max_length = 100,
        // White space, and what Unicode has to be ignored in display. Beyond U+FFFF the characters themselves: the dialects
        // of regular expressions agree on no way to write their numbers.
        pattern = "^[^\\u0000-\\u0020\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f-\\u1160\\u1680\\u17b4-\\u17b5\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}][^\\u0000-\\u001f\\u007f-\\u009f]*$",
        example = "Coffee, 1 kg"
    )]
    pub item: String,
    /// How many.
    #[schema(minimum = 1, maximum = 1000, example = 2)]
    pub quantity: u32,
}

impl NewOrder {
    /// Validates a JSON body.
    pub fn read(sent: &Value) -> Result<Self, Vec<FieldError>> {
        let Value::Object(members) = sent else {
            let expected = "must be an object with `item` and `quantity`";
            return Err(vec![FieldError::new("", expected)]);
        };
        let mut errors = Vec::new();
        let (item, quantity) = (item(members, &mut errors), quantity(members, &mut errors));
        if members
            .keys()
            .any(|name| !["item", "quantity"].contains(&name.as_str()))
        {
            errors.push(FieldError::new(
                "",
                "must have no members but `item` and `quantity`",
            ));
        }
        match (item, quantity) {
            (Some(item), Some(quantity)) if errors.is_empty() => Ok(Self { item, quantity }),
            _ => Err(errors),
        }
    }
}

fn item(members: &Map<String, Value>, errors: &mut Vec<FieldError>) -> Option<String> {
    let text = members.get("item").and_then(Value::as_str);
    let item = text.filter(|text| is_item(text)).map(str::to_owned);
    if item.is_none() {
        errors.push(FieldError::new(
            "/item",
            "must be a text of 1 to 100 characters, without control characters, and begin with one that shows something",
        ));
    }
    item
}

fn is_item(text: &str) -> bool {
    (1..=LONGEST_ITEM).contains(&text.chars().count())
        && !text.starts_with(is_invisible)
        && !text.contains(char::is_control)
}

fn quantity(members: &Map<String, Value>, errors: &mut Vec<FieldError>) -> Option<u32> {
    let quantity = members
        .get("quantity")
        .and_then(whole)
        .filter(|quantity| (1..=LARGEST_QUANTITY).contains(quantity));
    if quantity.is_none() {
        errors.push(FieldError::new(
            "/quantity",
            "must be a whole number from 1 to 1000",
        ));
    }
    quantity
}

/// To JSON Schema, `2.0` is whole too.
fn whole(value: &Value) -> Option<u32> {
    if let Some(number) = value.as_u64() {
        return u32::try_from(number).ok();
    }
    let number = value.as_f64()?;
    (1..=LARGEST_QUANTITY).find(|whole| f64::from(*whole).total_cmp(&number).is_eq())
}

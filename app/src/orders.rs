//! Orders, as pages show them.

use leptos_logto::{Moment, Organizations, TokenRefusal};
use serde::{Deserialize, Serialize};

/// The data of the page of orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// Whose orders there are to choose from, besides one's own.
    pub organizations: Organizations,
    /// The answer of the API.
    pub answer: Result<Listed, OrderError>,
    /// Whether the token lets the person place an order. The API judges that; this is for what the page offers.
    pub may_place: bool,
    /// The notice about the order that was just sent.
    pub notice: Option<Notice>,
}

/// A page of a list of orders, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// How the call went.
    pub call: Call,
    /// The orders.
    pub orders: Vec<Order>,
    /// The value of `before` for the next page, if there is one.
    pub next: Option<String>,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: String,
    /// What was ordered.
    pub item: String,
    /// How many.
    pub quantity: u32,
    /// When.
    pub placed: Moment,
    /// By whom: a subject.
    pub by: String,
}

/// A call of the API, and how it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// How long it took.
    pub milliseconds: u32,
    /// Whether it took a second call, with a fresh token.
    pub retried: bool,
}

/// The answer of the API, as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiAnswer {
    /// How the call went.
    pub call: Call,
    /// Its body: JSON in lines, or what else came.
    pub body: String,
}

/// Why there are no orders, or none was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderError {
    /// This application is not set up for it: its API is none of the configured resources.
    NotConfigured,
    /// There is no token to call it with.
    NoToken(TokenRefusal),
    /// The API refused.
    Refused {
        /// How the call went.
        call: Call,
        /// The permissions it asks for, if it says.
        missing: Vec<String>,
    },
    /// The order is not valid.
    Invalid(InvalidFields),
    /// The person keeps as many orders as one person may.
    TooMany(Call),
    /// The API did not answer, or not sensibly.
    Failed(Option<Call>),
}

/// The fields of a new order that are not valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvalidFields {
    /// What is ordered.
    pub item: bool,
    /// How many.
    pub quantity: bool,
}

/// The permission to place an order.
pub const PLACES_ORDERS: &str = "write:orders";
/// The longest name of an item.
pub const LONGEST_ITEM: usize = 100;
/// The most that can be ordered at once.
pub const LARGEST_QUANTITY: u32 = 1000;

/// A notice about an order that was sent. It is sealed in the address of the page, so that no link can make a page show one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The order that was placed, or why none was.
    pub outcome: Result<Placed, OrderError>,
    /// What was typed, if it was not placed.
    pub item: String,
    /// What was typed, if it was not placed.
    pub quantity: String,
}

/// An order that was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// How the call went.
    pub call: Call,
    /// The id of the order.
    pub id: String,
}

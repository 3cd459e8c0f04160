//! Orders, as far as a page shows them.

use leptos_logto::{Moment, Organizations, TokenRefusal};
use serde::{Deserialize, Serialize};

/// What the page of orders shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// Whose orders there are to choose from, besides one's own.
    pub organizations: Organizations,
    /// What the API said.
    pub answer: Result<Listed, Trouble>,
    /// Whether the token lets the person place an order. The API judges that; this is for what the page offers.
    pub may_place: bool,
    /// What came of the order that was just sent.
    pub told: Option<Told>,
}

/// A piece of a list of orders, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// How the call went.
    pub call: Call,
    /// The orders.
    pub orders: Vec<Order>,
    /// What the next piece begins before, if there is one.
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
    pub again: bool,
}

/// Why there are no orders, or none was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
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
    /// What was sent is no order.
    Invalid(Flaws),
    /// The person keeps as many orders as one person may.
    TooMany(Call),
    /// The API did not answer, or not sensibly.
    Failed(Option<Call>),
}

/// What is wrong with a new order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaws {
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

/// What came of an order that was sent. It travels sealed, in the address of the page, so that no link makes a page tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What was placed, or what kept it from being placed.
    pub outcome: Result<Placed, Trouble>,
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

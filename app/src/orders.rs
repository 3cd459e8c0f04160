//! Orders, as far as a page shows them.

use leptos_logto::{Moment, Organizations, TokenRefusal};
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// What the page of orders shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// Whose orders there are to choose from, besides one's own.
    pub organizations: Organizations,
    /// What the API said.
    pub answer: Result<Listed, Trouble>,
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

impl Trouble {
    /// Its name in an address.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotConfigured => "not-configured",
            Self::NoToken(_) => "no-token",
            Self::Refused { .. } => "refused",
            Self::Invalid(_) => "invalid",
            Self::TooMany(_) => "too-many",
            Self::Failed(_) => "failed",
        }
    }
}

/// What is wrong with a new order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaws {
    /// What is ordered.
    pub item: bool,
    /// How many.
    pub quantity: bool,
}

/// The longest name of an item.
pub const LONGEST_ITEM: usize = 100;
/// The most that can be ordered at once.
pub const LARGEST_QUANTITY: u32 = 1000;

/// The permissions of the API. No link is to name others on the page.
const PERMISSIONS: [&str; 2] = ["read:orders", "write:orders"];

/// What the address of the page says: whose orders, and what came of the one that was just sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The id of the organization.
    pub organization: Option<String>,
    /// Only orders before this one.
    pub before: Option<String>,
    /// The id of the order that was placed.
    pub placed: Option<String>,
    /// The [`name`](Trouble::name) of what kept it from being placed.
    pub trouble: Option<String>,
    /// What was typed.
    pub item: String,
    /// What was typed.
    pub quantity: String,
    /// What is wrong with it.
    pub wrong: Flaws,
    /// The permissions that are missing.
    pub missing: Vec<String>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// How long it took.
    pub milliseconds: Option<u32>,
    /// Whether it took a second call, with a fresh token.
    pub again: bool,
}

impl Told {
    /// Reads the query of the page.
    #[must_use]
    pub fn read(query: &ParamsMap) -> Self {
        let text = |name| query.get(name).filter(|text| !text.is_empty());
        let all = |name| query.get_all(name).unwrap_or_default();
        let wrong = all("wrong");
        let is_wrong = |name: &str| wrong.iter().any(|wrong| wrong == name);
        let mut missing = all("missing");
        missing.retain(|scope| PERMISSIONS.contains(&scope.as_str()));
        Self {
            organization: text("organization"),
            before: text("before"),
            placed: text("placed"),
            trouble: text("trouble"),
            item: text("item").unwrap_or_default(),
            quantity: text("quantity").unwrap_or_default(),
            wrong: Flaws {
                item: is_wrong("item"),
                quantity: is_wrong("quantity"),
            },
            missing,
            status: query.get("status").and_then(|status| status.parse().ok()),
            milliseconds: query.get("ms").and_then(|time| time.parse().ok()),
            again: query.get("again").is_some(),
        }
    }
}

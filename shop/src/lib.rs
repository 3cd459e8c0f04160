//! The orders API: a protected API as somebody would write one with [`logto_axum::Bearer`].
//!
//! It has no session and no cookie, and knows who asks by an access token alone (`read:orders`, `write:orders`). There are
//! orders of people and orders of organizations, and neither kind is seen among the other:
//!
//! | path, below [`PATH`] | whose orders | the token |
//! |---|---|---|
//! | `/orders` | those that the person placed for themselves | for the API |
//! | `/organizations/{organization}/orders` | all of the organization | for the API, as a member of that organization |
//!
//! A person's orders are theirs alone, because a token that names no organization is no word of trust: Logto puts into it
//! every permission that any of the person's organization roles gives (`token-responses.json`), so whoever may change the
//! orders of one organization may change orders here, and must not reach those of others by that.
//!
//! One person keeps a thousand orders at most among their own, and as many in each organization.
//!
//! It is described at `/openapi.json` (OpenAPI 3.1). Errors are `application/problem+json` (RFC 9457).

// Nothing on the way of a request panics.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

mod description;
mod input;
mod order;
mod orders;
mod page;
mod problem;
mod routes;

use axum::{Router, extract::FromRef};
use logto::ResourceServer;

pub use orders::{Orders, StoreError};

/// The path that the API is mounted at; its description and the addresses of new orders have it.
pub const PATH: &str = "/shop";

/// The API and what it needs: who may ask, and where orders are kept. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shop {
    api: ResourceServer,
    orders: Orders,
}

impl FromRef<Shop> for ResourceServer {
    fn from_ref(shop: &Shop) -> Self {
        shop.api.clone()
    }
}

impl Shop {
    /// An API that takes the tokens `api` takes, and keeps its orders in `orders`.
    #[must_use]
    pub fn new(api: ResourceServer, orders: Orders) -> Self {
        Self { api, orders }
    }

    /// Whether the database of orders can be read now, for a check of readiness.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.orders.check().await
    }

    /// The routes, to be mounted at [`PATH`], outside everything that has to do with cookies.
    pub fn router(self) -> Router {
        routes::router(self)
    }
}

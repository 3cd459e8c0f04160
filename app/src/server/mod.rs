//! What exists on the server only.

pub(crate) mod orders;
mod orders_api;

pub use orders_api::OrdersApi;

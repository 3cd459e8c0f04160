//! What exists on the server only.

pub(crate) mod dashboard;
pub(crate) mod orders;
mod shop_client;

pub use shop_client::ShopClient;

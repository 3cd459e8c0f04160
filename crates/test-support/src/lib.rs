//! What the tests of several crates share. Never published.

#![allow(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "for tests alone, where a panic is a failed test"
)]

pub mod browser;
pub mod example;
pub mod log;
pub mod person;
pub mod provider;
pub mod store;
pub mod stylesheet;

pub use browser::{Answer, Browser};
pub use provider::TestProvider;
pub use store_servers::free_port;

//! The server, in parts that tests can put together.

// Nothing on the way of a request panics.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

pub mod audit;
mod canonical_host;
pub mod client_address;
#[cfg(feature = "dev-idp")]
mod components_page;
#[cfg(not(feature = "dev-idp"))]
#[path = "no_components_page.rs"]
mod components_page;
pub mod connections;
mod content_policy;
pub mod health_command;
pub mod log;
pub mod metrics;
pub mod rate_limit;
pub mod readiness;
mod request_language;
pub mod router;
pub mod serve;
pub mod sessions_command;
pub mod settings;
pub mod state;
#[cfg(feature = "opentelemetry")]
pub mod telemetry;
#[cfg(not(feature = "opentelemetry"))]
#[path = "no_telemetry.rs"]
pub mod telemetry;
mod timestamp;

//! The server, in parts that tests can put together.

pub mod log;
pub mod router;
pub mod serve;
pub mod settings;
pub mod state;

//! Access tokens: from the session's record while they serve, else by one refresh that everybody waits for who wants the same.
//!
//! Logto revokes a whole grant when a replaced refresh token is used again more than three seconds later. So the refreshes of a
//! session for different audiences overlap only while Logto keeps the refresh token, a result is stored at
//! once and by compare-and-set, and the work goes on when the request that asked for it is dropped or has
//! waited long enough. What was refused a moment ago is not asked for again, and no browser makes this server ask
//! as often as it can.

mod flight;
mod lookup;
mod obtain;
mod refresh;
mod request;
mod request_budget;
mod revocations;
mod revoke;
mod service;
mod user_info;
mod user_info_flights;
mod wanted;

pub use self::request::{Freshness, Obtained, TokenRequest};
pub(crate) use self::{
    flight::Flight,
    service::{PATIENCE, TokenService},
    wanted::Wanted,
};

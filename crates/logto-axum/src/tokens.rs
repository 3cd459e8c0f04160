//! Access tokens: from the session's record while they are fresh, else by a single-flight refresh.
//!
//! Logto revokes a whole grant when a replaced refresh token is used again more than three seconds
//! later. So the refreshes of a session for different audiences overlap only while Logto keeps the
//! refresh token, and by a lease in the store in one process at a time. A result is stored at once
//! and by compare-and-set, and the work goes on when the request that asked for it is dropped or
//! has waited long enough. A recent refusal is not requested again, and the request budget limits
//! how often a browser can make this server send requests.

mod effective_request;
mod lease;
mod lookup;
mod obtain;
mod recent_organization_claims;
mod refresh;
mod request;
mod request_budget;
mod revocations;
mod revoke;
mod service;
mod single_flight;
mod user_info;
mod user_info_flights;

pub use self::request::{Freshness, Obtained, TokenRequest};
pub(crate) use self::{
    effective_request::EffectiveRequest,
    lease::RefreshLease,
    service::{PATIENCE, TokenService},
    single_flight::Flight,
};

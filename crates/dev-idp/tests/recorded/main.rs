//! Plays the recorded cases of a real Logto (`tests/facts`) against the provider, and compares.
//!
//! Every case is either played here or listed with a reason in `tests/not_served.toml`; each file's test checks that
//! at its end, and `every_case_is_played_or_listed` checks the list itself.

#![expect(
    clippy::too_many_lines,
    reason = "a file of cases is one story: later cases need what earlier ones left"
)]

#[path = "../browser/mod.rs"]
mod browser;
mod compare;
mod facts;

mod authorize_errors;
mod backchannel_logout;
mod discovery;
mod end_session;
mod flow_trace;
mod keys_and_tabs;
mod organization_resource;
mod prompts;
mod refresh_rotation;
mod revocation;
mod token_errors;
mod token_exchange;
mod token_responses;
mod user_info;

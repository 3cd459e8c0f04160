//! Sessions and the flow over HTTP: the layer around a tiny application, with the development
//! identity provider behind it.

#[path = "../support/mod.rs"]
mod support;

mod api_calls;
mod backchannel_logout;
mod bearer_calls;
mod callback;
mod endpoints;
mod flow;
mod guards;
mod hooks;
mod notes;
mod outage;
mod own_sessions;
mod processes;
mod random_walks;
mod readiness;
mod routes;
mod scope_choice;
mod secrecy;
mod session_administration;
mod session_end;
mod session_events;
mod session_keys;
mod sessions;
mod sign_out;
mod store_trouble;
mod token_requests;
mod tokens;
mod unwritten_tokens;
mod writes;

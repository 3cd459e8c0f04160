//! The whole server over HTTP: first HTML, server functions, headers, files.

#[path = "../helpers/mod.rs"]
mod helpers;

mod apis;
mod audit;
mod canonical_host;
mod child;
mod components;
mod connections;
mod files;
mod fuzz_seeds;
mod guards;
mod headers;
mod languages;
mod log;
mod metrics;
mod orders;
mod organizations;
mod pages;
mod profile;
mod rate_limit;
mod readiness;
mod scopes;
mod secrecy;
mod server_functions;
mod session_store;
mod sessions;
mod shop;
mod start;
mod texts;

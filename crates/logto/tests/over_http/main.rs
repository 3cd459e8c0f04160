//! Each step over HTTP, against a provider that a test can make misbehave.

#[path = "../support/signer.rs"]
mod signer;

mod algorithms;
mod caching;
mod limits;
mod proxy;
mod resource_server;
mod rotation;
mod secrecy;
mod steps;
mod stub;

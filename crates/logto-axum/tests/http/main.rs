//! Sessions and the flow over HTTP: the layer around a tiny application, with the development identity provider behind it.

#[path = "../support/mod.rs"]
mod support;

mod callback;
mod flow;
mod outage;
mod secrecy;
mod sessions;
mod sign_out;
mod tokens;
mod writes;

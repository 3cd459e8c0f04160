//! The whole server over HTTP: first HTML, server functions, headers, files.

#[path = "../helpers/mod.rs"]
mod helpers;

mod files;
mod headers;
mod languages;
mod pages;
mod profile;
mod secrecy;
mod server_functions;

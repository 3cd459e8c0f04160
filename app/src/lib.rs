//! The application: its pages, its routes, and the document around them. What it does about signing in comes from
//! `leptos-logto`; it is that crate's first user.

// Nothing on the way of a request panics.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]
#![expect(clippy::must_use_candidate, reason = "fires on every component")]

pub mod api;
mod components;
mod dashboard;
#[cfg(feature = "gallery")]
pub mod gallery;
pub mod guards;
pub mod language;
mod orders;
mod pages;
pub mod paths;
mod project;
mod routes;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
mod shell;
mod site;
mod title;

pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::{Head, shell};
pub use site::{Account, Site};

/// Registers the server functions. Call it before the router is built, so that linking leaves none out.
#[cfg(feature = "ssr")]
pub fn register() {
    use leptos::server_fn::axum::register_explicit;

    register_explicit::<api::ChooseLanguage>();
    register_explicit::<api::LoadSupportContact>();
    register_explicit::<api::LoadBillingContact>();
    register_explicit::<api::LoadDashboard>();
    register_explicit::<api::LoadOrders>();
    register_explicit::<api::CallOrdersApi>();
    register_explicit::<api::PlaceOrder>();
}

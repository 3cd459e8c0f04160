//! Logto for Leptos: server functions, components, and hydrated session state. Tokens stay on the server.
//!
//! The server reads the session before anything renders; [`AuthContext`] carries who is looking into the first byte of
//! HTML and from there, without another request, into the hydrated page.
//!
//! ```ignore
//! use leptos::prelude::*;
//! use leptos_logto::{AuthContext, SignInLink, SignOutButton, SignedIn, SignedOut, use_auth};
//!
//! #[component]
//! fn App() -> impl IntoView {
//!     AuthContext::provide();
//!     view! {
//!         <SignedOut><SignInLink>"Sign in"</SignInLink></SignedOut>
//!         <SignedIn>
//!             <p>"Hello, " {move || use_auth().viewer().map(|viewer| viewer.display_name())}</p>
//!             <SignOutButton>"Sign out"</SignOutButton>
//!         </SignedIn>
//!     }
//! }
//! ```
//!
//! Pages that are not for everybody are declared once, as a table of [`Guard`]s: `logto_axum::Guards` gives it to the middleware
//! that answers before anything renders, [`GuardedRoute`] is their route and [`GuardedLink`] the way there. [`Protect`] is
//! for parts of a page, [`server::require`] for server functions.
//!
//! On the server, put `logto_axum::LogtoAuth::protect_with` around the router that serves the pages and server functions, and
//! call [`server::register`] before the router is built.
//!
//! With the feature `hydrate` this crate depends on no protocol, crypto, database or HTTP-client crate.
#![deny(missing_docs)]
// Nothing on the way of a request panics.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

pub mod api;
mod auth;
mod components;
mod error;
mod json;
mod model;
pub mod paths;
mod route_path;
#[cfg(feature = "ssr")]
pub mod server;
mod stylesheet;
pub mod texts;

pub use auth::{AuthContext, use_auth};
pub use components::{
    AnotherAccount, Avatar, GuardedLink, GuardedPage, GuardedRoute, OrganizationHead,
    OrganizationList, OrganizationSwitcher, OrganizationTile, Page, Problem, Protect, QueryForm,
    Refusal, Refused, ScopesLink, SessionNotice, SignInLink, SignInProblem, SignInPrompt,
    SignOutButton, SignedIn, SignedOut, SignedOutNotice, Time, UserButton, ViewerField,
    provide_refusals, use_current_page, use_organization,
};
pub use error::AuthError;
pub use logto_types::{Access, FirstScreen, Guard, Requirement, SessionEnd};
pub use model::{
    AuthState, HeldPermission, Membership, Moment, Organization, Organizations, Session,
    TokenRefusal, Viewer,
};
pub use route_path::RoutePath;
pub use stylesheet::STYLESHEET;
pub use texts::{Texts, provide_texts, use_texts};

/// Compiles the example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

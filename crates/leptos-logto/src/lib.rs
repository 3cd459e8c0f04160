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
//! for parts of a page, [`server::require`] for server functions. [`WithUserInfo`] gives a page what is known about the person,
//! with userinfo where it says `fetch`.
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
mod route_path;
#[cfg(feature = "ssr")]
pub mod server;
mod upkeep;
pub mod words;

/// The URLs of the flow, for links and forms.
pub mod paths {
    pub use logto_types::paths::{PROBLEM, SIGN_IN, SIGN_OUT};

    /// Chooses the scopes in use. Takes a POST: `scopes[]`, once for each, and `return_to`.
    pub const CHOOSE_SCOPES: &str = "/scopes/choose";
    /// The switches of scopes: a page that the application has. The row of each scope is at `#scope-<name>`.
    pub const SCOPES: &str = "/scopes";
    /// The list of organizations: a page that the application has.
    pub const ORGANIZATIONS: &str = "/organizations";
    /// Leads to the pages of an organization, which are below this and its id. Takes `organization` and `page`, and
    /// without them knows the one that was shown last.
    pub const ORGANIZATION: &str = "/org";
}

pub use auth::{AuthContext, AuthState, use_auth};
pub use components::{
    AccessTokenList, AccessTokenPanel, AnotherAccount, ApiPage, Avatar, CopyButton, Countdown,
    GuardedLink, GuardedPage, GuardedRoute, OrganizationHead, OrganizationList,
    OrganizationSwitcher, OrganizationTile, Page, PermissionPanel, Person, Problem, Protect,
    QueryForm, Refusal, Refused, ScopeToggles, ScopesLink, SessionNotice, SignInLink,
    SignInProblem, SignInPrompt, SignOutButton, SignedIn, SignedOut, SignedOutNotice, Time,
    UserButton, UserInfoPanel, ViewerField, WithUserInfo, provide_refusals, use_organization,
};
pub use error::AuthError;
pub use logto_types::{Access, FirstScreen, Guard, Requirement, SessionEnd};
pub use model::{
    AccessTokenCard, AccessTokenClaims, AccessTokens, Api, ClaimGroup, ClaimPart, ClaimRow,
    ClaimSource, ClaimValue, Fetch, HeldPermission, Membership, MissingClaim, Moment, Organization,
    Organizations, PermissionIn, Reason, ScopeChoices, ScopeCost, ScopeGroup, ScopeGroupKind,
    ScopeKind, ScopeNotice, ScopeState, ScopeToggle, Session, Tick, TokenRefusal, TokenWish,
    UserInfo, Viewer,
};
pub use route_path::RoutePath;
pub use words::{Words, provide_words, use_words};

/// Compiles the example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

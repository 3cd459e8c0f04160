//! Logto for Leptos: server functions, components, and hydrated session state. Tokens stay on the
//! server.
//!
//! The server reads the session before anything renders. [`AuthContext`] carries who is signed in
//! into the first byte of HTML and from there, without another request, into the hydrated page, so
//! that nothing flashes.
//!
//! # An application
//!
//! ```
//! use leptos::prelude::*;
//! use leptos_logto::{AuthContext, SignInLink, SignOutButton, SignedIn, SignedOut, use_auth};
//! use leptos_router::{components::*, path};
//!
//! #[component]
//! pub fn App() -> impl IntoView {
//!     AuthContext::provide();
//!     view! {
//!         <Router>
//!             <Routes fallback=|| "Not found">
//!                 <Route path=path!("") view=Home/>
//!             </Routes>
//!         </Router>
//!     }
//! }
//!
//! #[component]
//! fn Home() -> impl IntoView {
//!     let name = move || use_auth().viewer().map(|viewer| viewer.display_name());
//!     view! {
//!         <SignedOut><SignInLink>"Sign in"</SignInLink></SignedOut>
//!         <SignedIn>
//!             <p>"Hello, " {name}</p>
//!             <SignOutButton>"Sign out"</SignOutButton>
//!         </SignedIn>
//!     }
//! }
//! ```
//!
//! On the server, `server::generate_guarded_route_list` lists the routes and registers the server
//! functions. `logto_axum::LogtoAuth::protect_with` is around the router that serves the pages and
//! server functions, with `server::endpoints(&[])` as its endpoints.
//!
//! # Pages that are not for everybody
//!
//! Their [`Guard`]s are declared once. [`GuardedRoute`] is the route of such a page, and
//! [`GuardedLink`] a link to it for those who may go there. On the server,
//! `server::generate_guarded_route_list` lists the routes with their guards for the middleware, which
//! answers before anything renders.
//!
//! ```
//! # use leptos::prelude::*;
//! # use leptos_router::components::*;
//! use leptos_logto::{Guard, GuardedLink, GuardedRoute, Requirement, use_organization};
//!
//! pub const PROFILE: Guard = Guard::new("/profile", Requirement::SignedIn);
//! pub const BILLING: Guard = Guard::new(
//!     "/org/{organization}/billing",
//!     Requirement::OrganizationPermission("manage:billing"),
//! );
//!
//! # #[component]
//! # fn Profile() -> impl IntoView {}
//! #[component]
//! fn Billing() -> impl IntoView {
//!     view! { <h1>"The bills of " {use_organization()}</h1> }
//! }
//!
//! # #[component]
//! # fn Pages() -> impl IntoView {
//! view! {
//!     <nav><GuardedLink to=PROFILE>"Profile"</GuardedLink></nav>
//!     <Routes fallback=|| "Not found">
//!         <GuardedRoute guard=PROFILE view=Profile/>
//!         <GuardedRoute guard=BILLING view=Billing/>
//!     </Routes>
//! }
//! # }
//! ```
//!
//! [`Protect`] is for parts of a page. A server function checks for itself, because it is an
//! endpoint of its own:
//!
//! ```
//! # use leptos::prelude::*;
//! use leptos_logto::{AuthError, Requirement};
//!
//! #[server(prefix = "/api")]
//! async fn close_account(organization: String) -> Result<(), AuthError> {
//!     use leptos_logto::server::{auth, require};
//!
//!     let auth = auth()?;
//!     require(&auth, Requirement::OrganizationRole("admin"), Some(&organization)).await?;
//!     // ...
//!     Ok(())
//! }
//! # fn main() {}
//! ```
//!
//! # Look, texts, and paths
//!
//! - [`STYLESHEET`] (or the file `style/leptos-logto.css` of the package) has the styles of the
//!   components. Custom properties such as `--logto-accent` change the look; dark follows the
//!   `color-scheme` of the page. Every class begins with `logto`; `logto-button` and `logto-chip`
//!   serve for elements of the application, too, and [`Notice`] for its messages.
//! - [`texts`] has every text of the components, in English; [`provide_texts`] replaces them.
//! - [`PagePaths`] has the pages of the application that the components lead to;
//!   [`provide_page_paths`] moves them. The server functions are at `/sign-in`, `/callback`,
//!   `/sign-out` and below `/api`: see [`api`]. If the redirect URI has another path than
//!   `/callback`, merge `logto_axum::LogtoAuth::callback_route` into the router of the pages.
//!
//! # Without JavaScript
//!
//! Signing in and out, guards, lists, and every form work. What JavaScript adds: no page load
//! between pages, a switcher that can be searched, tabs that notice a sign-out in another one, and
//! the warning before a session ends. Each component says what it renders without it.
//!
//! # Features
//!
//! An application enables one of them on the server and the other in the browser, as with Leptos
//! itself.
//!
//! | feature | for |
//! |---|---|
//! | `ssr` | the server: adds the module `server`, and renders |
//! | `hydrate` | the browser: no protocol, crypto, database or HTTP-client crate is below this one |
//!
//! Panels for an account page (user info, scopes, access tokens, permissions) are in the crate
//! `leptos-logto-panels`.
#![deny(missing_docs)]
// Nothing on the way of a request panics.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

pub mod api;
mod auth;
mod components;
mod error;
mod hydrating;
mod memo;
mod model;
mod page_paths;
#[cfg(all(test, feature = "ssr"))]
mod rendered;
mod route_path;
#[cfg(feature = "ssr")]
pub mod server;
mod stylesheet;
mod submit_once;
mod suspend;
pub mod texts;
#[cfg(feature = "ssr")]
mod yield_now;

pub use auth::{AuthContext, use_auth};
pub use components::{
    AnotherAccount, Avatar, AwaitResource, GuardedLink, GuardedPage, GuardedRoute, HydrationTask,
    Menu, Notice, NoticeTone, OrganizationHead, OrganizationList, OrganizationSwitcher,
    OrganizationTile, Page, Problem, Protect, QueryForm, Refusal, Refused, ScopesLink,
    SessionNotice, SignInLink, SignInProblem, SignInPrompt, SignOutButton, SignedIn, SignedOut,
    SignedOutNotice, Time, UserButton, ViewerField, provide_refusals, show_local_times,
    use_current_page, use_organization,
};
pub use error::AuthError;
pub use hydrating::unless_hydrating;
pub use logto_types::{Access, FirstScreen, Guard, Requirement, SessionEnd, SignOutExtent, paths};
pub use memo::memo;
pub use model::{
    AuthState, HeldPermission, Membership, Moment, Organization, Organizations, Session,
    TokenRefusal, Viewer,
};
pub use page_paths::{PagePaths, provide_page_paths, scope_address, scope_anchor, use_page_paths};
pub use route_path::RoutePath;
pub use stylesheet::STYLESHEET;
pub use submit_once::submit_once;
pub use suspend::suspend;
pub use texts::{Texts, provide_texts, use_texts};

/// Compiles the example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

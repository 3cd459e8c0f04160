//! What a server and a browser both know about signing in with Logto. No I/O, no tokens; it
//! compiles for `wasm32`.
//!
//! - [`scope`]: the names of Logto's scopes.
//! - [`paths`]: the URLs of the sign-in flow.
//! - [`FirstScreen`]: the page Logto shows first.
//! - [`Requirement`] and [`Access`]: what a page requires of a person, and whether they meet it.
//! - [`Guard`]: a path with its requirement. Its [`PathPattern`] is the one matcher for middleware,
//!   router and links.
//! - [`SessionEnd`]: when a session ends.
//! - [`SignOutExtent`]: what a sign-out ends.
//! - [`DeviceKind`]: what a session began on.
//!
//! ```
//! use logto_types::{FirstScreen, Guard, Requirement};
//!
//! // Declared once: the middleware, the router and the links of an application read it.
//! const BILLING: Guard = Guard::new(
//!     "/org/{organization}/billing",
//!     Requirement::OrganizationPermission("manage:billing"),
//! );
//! assert_eq!(BILLING.path.href("acme"), "/org/acme/billing");
//! let found = BILLING.path.match_prefix("/org/acme/billing/2026").unwrap();
//! assert_eq!((found.organization, found.rest), (Some("acme"), "/2026"));
//! assert!("register".parse::<FirstScreen>().is_ok());
//! ```
//!
//! `logto`, `logto-axum` and `leptos-logto` export what their users need of this crate.
//!
//! # Features
//! - `serde`: `Serialize` and `Deserialize` for the types that travel between server and browser.
#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

mod access;
mod device_kind;
mod first_screen;
mod guard;
mod path_pattern;
pub mod paths;
mod requirement;
pub mod scope;
mod session_end;
mod sign_out_extent;

pub use access::Access;
pub use device_kind::DeviceKind;
pub use first_screen::{FirstScreen, InvalidFirstScreen};
pub use guard::Guard;
pub use path_pattern::{PathMatch, PathPattern, path_variants, segment};
pub use requirement::Requirement;
pub use session_end::SessionEnd;
pub use sign_out_extent::SignOutExtent;

/// Compiles the example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

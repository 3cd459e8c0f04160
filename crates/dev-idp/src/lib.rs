//! A development identity provider that speaks the dialect of Logto 1.42, in process.
//!
//! It lets an application run, and every test run, with no account and no network. What it answers is what a real
//! Logto was recorded to answer (`tests/facts`), from the order of members to unfilled templates in messages; which
//! recorded cases it does not serve is listed, with reasons, in `tests/not_served.toml`.
//!
//! **Nothing here is safe for production**: passwords are plain text in a file, and its sign-in page offers every
//! account at one click. [`start`] refuses when `LEPTOS_ENV` says production.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use dev_idp::{Options, start};
//!
//! let provider = start(Options::default()).await?;
//!
//! println!("LOGTO_ENDPOINT={}", provider.endpoint());
//! for account in provider.world().accounts() {
//!     println!("sign in as {} / {} ({})", account.username, account.password, account.about);
//! }
//! assert_eq!(provider.issuer(), format!("{}oidc", provider.endpoint()));
//! assert_eq!(provider.count("/oidc/token"), 0);
//! # Ok(())
//! # }
//! ```
//!
//! Who exists and who may do what stands in one table, `world.toml`; tests change a [`World`] before starting.
//! [`Provider`] has the knobs for the rest: its clock, outages, delays, key rotation, tampered ID tokens.

#![deny(missing_docs)]

mod application;
mod audience;
mod authorization;
mod authorize;
mod claims;
mod client_auth;
mod consent;
mod cookies;
mod discovery;
mod end_session;
mod first_screen;
mod interaction;
mod introspection;
mod issue;
mod keys;
mod knobs;
mod page;
mod params;
mod permission;
mod pkce;
mod provider;
mod pushed;
mod random;
mod redirect;
mod refresh;
mod refusal;
mod requests;
mod revocation;
mod routes;
mod sign_in;
mod state;
mod token;
mod user_info;
mod world;

pub use application::{Application, ApplicationKind};
pub use knobs::Tamper;
pub use provider::{Options, Provider, StartError, start};
pub use requests::Request;
pub use world::{
    Account, ApiResource, Membership, Organization, OrganizationRole, Permission, Role, User,
    World, WorldError,
};

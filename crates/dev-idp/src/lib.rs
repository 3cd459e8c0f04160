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
//! An application that runs as a program of its own gets the same from `cargo run -p dev-idp -- --app http://localhost:6000`, which
//! registers the application's redirect URIs, prints these settings as lines of shell, and lists the accounts.
//!
//! Who exists and who may do what stands in one table, `world.toml`; tests change a [`World`] before starting.
//! [`Provider`] has the knobs for the rest: its clock, outages, delays, key rotation, tampered ID tokens, who is in
//! which organization.
//!
//! # Knobs over HTTP
//!
//! A test in a browser has no [`Provider`] at hand. It turns the same knobs at the provider's own address, with form or
//! JSON bodies. Only programs on this machine can: a request from another address, or one that a page of another site
//! sends, is refused.
//!
//! | request | parameters | what it does |
//! |---|---|---|
//! | `POST /dev/people` | `like=alice` | adds somebody like Alice and answers 201 with `id`, `username`, `password`, `name`. What is done to them disturbs no other test |
//! | `PUT /dev/people/{username}/organizations/{id}` | `roles=admin member` | puts them into the organization, with these roles and no other |
//! | `DELETE` the same | | takes them out |
//! | `PUT /dev/people/{username}/suspension` | | suspends them; `DELETE` ends that |
//! | `PUT /dev/people/{username}/access-token-life` | `seconds=5` | from now on; `DELETE` makes it an hour again |
//! | `POST /dev/trouble` | any of `person=alice`, `path=/oidc/token`, `status=503`, `wait=500` (milliseconds), `lost=true`, `times=3` | makes the next requests (one, if `times` is not there) wait, fail with the status, or lose their answer: they are served, and the connection breaks. A request is a person's when a code, a token or the session cookie says so |
//! | `DELETE /dev/trouble` | perhaps `person=alice` | ends it, theirs or all |
//! | `POST /dev/access-token` | `person=alice`, `resource=https://shop.example/api`, `organization=asl5guymvnj4`; one of the last two, or both | answers with an access token for the person, with every permission they have there, as plain text |
//! | `PUT /dev/clock` | `ahead=3600` | sets the clock so many seconds ahead, for everybody |
//!
//! What is wrong is answered with 400, or 404 for a name nobody has, and a sentence that says what.

#![deny(missing_docs)]

mod access_token;
mod application;
mod audience;
mod authorization;
mod authorize;
mod broken_body;
mod claims;
mod client_auth;
mod consent;
mod controls;
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
mod people;
mod permission;
mod pkce;
mod provider;
mod pushed;
mod random;
mod recorded;
mod redirect;
mod refresh;
mod refusal;
mod requests;
mod revocation;
mod routes;
mod sign_in;
mod state;
mod table;
mod this_machine;
mod token;
mod trouble;
mod user_info;
mod words;
mod world;

pub use access_token::TokenFor;
pub use application::{Application, ApplicationKind};
pub use knobs::Tamper;
pub use provider::{Options, Provider, StartError, start};
pub use recorded::recorded;
pub use requests::Request;
pub use world::{
    Account, ApiResource, Membership, Organization, OrganizationRole, Permission, Role, User,
    World, WorldError,
};

/// Compiles the example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

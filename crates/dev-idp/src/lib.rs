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
//! for account in provider.fixture().accounts() {
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
//! Accounts, organizations, APIs and permissions are in `fixture.toml`; tests change a [`Fixture`] before starting.
//! [`Provider`] has the controls for the rest: its clock, outages, delays, key rotation, tampered ID tokens, who is in
//! which organization.
//!
//! # Back-channel logout
//!
//! An application with a back-channel logout URI gets a logout token when somebody signs out here, in this application or in
//! another one of the same session. As Logto was recorded to do, it is sent once, and the browser waits for the answer, two and a
//! half seconds at most. The suspension of a person sends none.
//!
//! # Controls over HTTP
//!
//! A test in a browser has no [`Provider`] at hand. It uses the same controls at the provider's own address, with form or
//! JSON bodies. Only programs on this machine can: a request from another address, or one that a page of another site
//! sends, is refused.
//!
//! | request | parameters | what it does |
//! |---|---|---|
//! | `POST /controls/people` | `like=alice` | adds somebody like Alice and answers 201 with `id`, `username`, `password`, `name`. Changes to them disturb no other test |
//! | `PUT /controls/people/{username}/organizations/{id}` | `roles=admin member` | puts them into the organization, with these roles and no other |
//! | `DELETE` the same | | takes them out |
//! | `PUT /controls/people/{username}/suspension` | | suspends them; `DELETE` ends that |
//! | `DELETE /controls/people/{username}/sessions` | | ends their sessions here, as a sign-out in each of their browsers does: applications with a back-channel logout URI are notified |
//! | `PUT /controls/people/{username}/access-token-life` | `seconds=5` | from now on; `DELETE` makes it an hour again |
//! | `POST /controls/faults` | any of `person=alice`, `path=/oidc/token`, `status=503`, `wait=500` (milliseconds), `lost=true`, `times=3` | makes the next requests (one, if `times` is not there) wait, fail with the status, or lose their answer: they are served, and the connection breaks. A request is a person's when a code, a token or the session cookie says so |
//! | `DELETE /controls/faults` | perhaps `person=alice` | ends it, theirs or all |
//! | `POST /controls/access-token` | `person=alice`, `resource=https://shop.example/api`, `organization=asl5guymvnj4`; one of the last two, or both | answers with an access token for the person, with every permission they have there, as plain text |
//! | `PUT /controls/clock` | `ahead=3600` | sets the clock so many seconds ahead, for everybody |
//!
//! An invalid request is answered with 400, or 404 for an unknown name, and a sentence about the error.

#![deny(missing_docs)]

mod access_token;
mod application;
mod audience;
mod authorization;
mod authorize;
mod backchannel_logout;
mod broken_body;
mod call;
mod claims;
mod client_auth;
mod consent;
mod control_routes;
mod controls;
mod cookies;
mod discovery;
mod end_session;
mod faults;
mod first_screen;
mod fixture;
mod fixture_error;
mod fixture_file;
mod html;
mod interaction;
mod introspection;
mod issue;
mod keys;
mod live;
mod middleware;
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
mod request_log;
mod revocation;
mod routes;
mod sign_in;
mod state;
mod tamper;
mod texts;
mod this_machine;
mod token;
mod user_info;

pub use access_token::TokenFor;
pub use application::{Application, ApplicationKind};
pub use fixture::{
    Account, Fixture, FixtureApiResource, FixtureMembership, FixtureOrganization,
    FixtureOrganizationRole, FixturePermission, FixtureRole, FixtureUser,
};
pub use fixture_error::FixtureError;
pub use provider::{Options, Provider, StartError, start};
pub use recorded::recorded;
pub use request_log::Request;
pub use tamper::Tamper;

/// Compiles the example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

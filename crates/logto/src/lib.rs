//! Logto sign-in in plain Rust: OIDC without a web framework and without cookies.
//!
//! This crate builds the requests to Logto and validates the responses. It does not keep sessions
//! and renders no pages. One sign-in, step by step:
//!
//! ```no_run
//! use logto::{ApiResource, Audience, Callback, Client, Config, Identity, Scopes, Secret, SignIn, scope};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // 1. Configure the client: application id and secret, scopes, API resources.
//! let mut config = Config::new(
//!     "https://example.logto.app".parse()?,
//!     "9llbk1n9eiovviw3z58b2",
//!     Secret::new(std::env::var("LOGTO_APP_SECRET")?),
//!     "https://shop.example/callback".parse()?,
//!     "https://shop.example/".parse()?,
//! );
//! config.scopes.extend([scope::EMAIL, scope::ORGANIZATIONS]);
//! config.resources.push(ApiResource::new("https://shop.example/api", ["read:orders"]));
//! let client = Client::new(config)?;
//!
//! // 2. Send the browser to Logto. Keep `pending` in this browser's session, found by its `state`.
//! let (url, pending) = client.sign_in(&SignIn::default()).await?;
//! println!("303 See Other, Location: {url}");
//!
//! // 3. The browser comes back. Take `pending` out of the session, then parse the callback.
//! let query = "code=…&state=…&iss=…";
//! let callback = Callback::parse(query)?;
//! let signed_in = client.finish_sign_in(&callback, &pending).await?;
//! println!("welcome, {}", signed_in.claims.name.as_deref().unwrap_or("you"));
//!
//! // 4. A token for the API. Check its scope: Logto also gives tokens with an empty scope.
//! let mut tokens = signed_in.tokens;
//! if let Some(refresh_token) = tokens.refresh_token.clone() {
//!     let audience = Audience::Resource("https://shop.example/api".to_owned());
//!     let person = Identity::of(&signed_in.claims);
//!     let refreshed = client.refresh(&refresh_token, &audience, None, Some(&person)).await?;
//!     tokens.refresh_token = refreshed.refresh_token.or(tokens.refresh_token);
//!     assert!(refreshed.access_token.scope.contains("read:orders"));
//! }
//!
//! // 5. Sign out: revoke the refresh token, then send the browser to Logto to end the session there.
//! if let Some(refresh_token) = &tokens.refresh_token {
//!     client.revoke(refresh_token).await?;
//! }
//! let url = client.end_session_url(Some(&tokens.id_token), None).await?;
//! println!("303 See Other, Location: {url}");
//! # Ok(())
//! # }
//! ```
//!
//! # What is promised
//!
//! - Every authorization request has PKCE (S256), `state` and `nonce`, each made of 32 random
//!   bytes.
//! - A callback is accepted only with the right `state` and the right `iss`, also when it reports
//!   an error.
//! - An ID token is verified in full, wherever it came from: signature, algorithm, kind, issuer,
//!   audience, times, nonce.
//! - A logout token is verified in full by [`Client::verify_logout_token`] (OpenID Connect
//!   Back-Channel Logout 1.0, section 2.6).
//! - An access token that somebody sends to an API is verified in full by [`ResourceServer`] (RFC
//!   9068): the same, with the organization it is for.
//! - Requests go to the configured provider alone, follow no redirect, end in time and read a
//!   bounded answer.
//! - No error, log line or debug print of this crate holds a token, a code, a state or a secret.
//!
//! Each step is a pair of functions: one builds the request, one validates the response. Time and
//! randomness are their arguments; only [`Client`] and [`ResourceServer`] have a clock and a
//! network, and only [`Client`] is random.

#![deny(missing_docs)]

mod access_token;
mod algorithm;
mod callback;
mod claims;
mod client;
mod config;
mod connection;
mod discovery;
mod error;
mod exact;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
mod id_token;
mod invisible;
mod json;
mod jwt;
mod keys;
mod logout_token;
mod message;
mod organization;
mod prompt;
mod proxy;
mod remote;
mod resource;
mod resource_server;
mod scopes;
mod secret;
mod sign_in;
mod sign_out;
#[cfg(test)]
mod testing;
mod text;
mod token;
mod url_rules;
mod user_info;

pub use access_token::VerifiedToken;
pub use algorithm::{SigningAlgorithm, UnknownAlgorithm};
pub use callback::Callback;
pub use claims::{Claim, Claims, InvalidClaim, Milliseconds, OrganizationData, Recipients};
pub use client::Client;
pub use config::{Config, ResourceServerConfig};
pub use connection::{Connection, InvalidCertificate, RootCertificate};
pub use discovery::ProviderMetadata;
pub use error::{
    AccessTokenError, CallbackError, ConfigError, DiscoveryError, Error, HttpError, IdTokenError,
    JwtError, LogoutTokenError, RevocationError, TokenError, Unreachable, UnreachableReason,
    UserInfoError,
};
pub use exact::exact_number;
pub use id_token::Identity;
pub use invisible::{is_blank, is_invisible};
pub use logout_token::LogoutToken;
pub use logto_types::{FirstScreen, InvalidFirstScreen, scope};
pub use message::ErrorResponse;
pub use organization::{
    InvalidOrganizationId, InvalidOrganizationRole, OrganizationId, OrganizationRole,
};
pub use prompt::{InvalidPrompt, Prompt};
pub use proxy::{InvalidProxy, InvalidProxyVariable, Proxy, ProxyVariables};
pub use remote::PROVIDER_REQUEST_SECONDS;
pub use resource::ApiResource;
pub use resource_server::ResourceServer;
pub use scopes::{InvalidScope, Scopes};
pub use secret::Secret;
pub use sign_in::{
    DirectSignIn, Identifier, InvalidDirectSignIn, InvalidIdentifier, Pending, SignIn,
};
pub use token::{AccessToken, Audience, FinishedSignIn, Refreshed, Tokens};
pub use url_rules::is_loopback;

/// Compiles the example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! Panels for an account page, on top of [`leptos_logto`]: what Logto says about a person, the
//! scopes they let the application use, their access tokens, their permissions in an organization,
//! and their sessions. No panel shows a token.
//!
//! | panel | shows | without JavaScript |
//! |---|---|---|
//! | [`UserInfoPanel`] | every claim with its value, source and scope, and why a claim is missing | the same; the JSON is copied out of a text field |
//! | [`ScopeToggles`] | a switch for each scope, its state, and what applying the changes needs | a form with two buttons |
//! | [`AccessTokenList`] | for each API: audience, permissions and end of the token | the same; the countdown stands still |
//! | [`PermissionPanel`] | what the person may do in an organization | the same |
//! | [`SessionList`] | the person's sessions at this application, each with its device; ends one or all others | forms with a button each |
//!
//! # A page
//!
//! The application has the pages, and each panel gets its data from a server function:
//!
//! ```
//! use leptos::{either::Either, prelude::*};
//! use leptos_logto::{Problem, use_auth};
//! use leptos_logto_panels::{Person, ScopeToggles, UserInfoPanel, WithUserInfo, load_scopes};
//! use leptos_router::hooks::use_query_map;
//!
//! /// Every claim of the ID token, and of userinfo when the address says so.
//! #[component]
//! fn Profile() -> impl IntoView {
//!     let auth = use_auth();
//!     let query = use_query_map();
//!     let fetch = Memo::new(move |_| query.read().get_str("userinfo") == Some("true"));
//!     view! {
//!         <WithUserInfo fetch html_only=true let:info>
//!             {auth.viewer().map(|viewer| view! { <Person viewer info=info.clone()/> })}
//!             <UserInfoPanel
//!                 info
//!                 scopes="/scopes"
//!                 with_userinfo="/profile?userinfo=true"
//!                 without_userinfo="/profile"
//!             />
//!         </WithUserInfo>
//!     }
//! }
//!
//! /// The scopes. The form leads back here with a note in `?scopes=`, by which the page says what the choice resulted in.
//! #[component]
//! fn Scopes() -> impl IntoView {
//!     let query = use_query_map();
//!     let notice = Memo::new(move |_| query.read().get("scopes"));
//!     let choices = Resource::new_blocking(move || notice.get(), load_scopes);
//!     view! {
//!         <Suspense>
//!             {move || Suspend::new(async move {
//!                 match choices.await {
//!                     Ok(choices) => Either::Left(view! { <ScopeToggles choices/> }),
//!                     Err(error) => Either::Right(view! { <Problem error/> }),
//!                 }
//!             })}
//!         </Suspense>
//!     }
//! }
//! ```
//!
//! # Server functions
//!
//! This crate's public API over HTTP, beside that of [`leptos_logto::api`]. On the server,
//! `register_panels` registers them and those of `leptos-logto`.
//!
//! | function | request | for |
//! |---|---|---|
//! | [`load_user_info`] | GET `/api/user-info` | signed in |
//! | [`load_scopes`] | GET `/api/scopes` | signed in |
//! | [`choose_scopes`] | POST `/api/scopes/choose` | signed in |
//! | [`load_access_tokens`] | GET `/api/access-tokens` | signed in |
//! | [`refresh_access_token`] | POST `/api/access-tokens/refresh` | signed in |
//! | [`load_sessions`] | GET `/api/sessions` | signed in |
//! | [`end_session`] | POST `/api/sessions/end` | signed in |
//! | [`end_other_sessions`] | POST `/api/sessions/end-others` | signed in |
//!
//! [examples/account] is an application with these panels.
//!
//! [examples/account]: https://github.com/leptos-logto/leptos-logto/tree/main/examples/account
//!
//! # Look and texts
//!
//! [`PANELS_STYLESHEET`] comes after [`leptos_logto::STYLESHEET`], whose custom properties it uses.
//! [`provide_panel_texts`] replaces the texts, which are English else.
//!
//! # Features
//!
//! | feature | for |
//! |---|---|
//! | `ssr` | the server: adds `register_panels`, and renders |
//! | `hydrate` | the browser: of this project only `leptos-logto` and `logto-types` are below this crate |
#![deny(missing_docs)]
// Nothing on the way of a request panics.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

mod api;
mod components;
mod model;
pub mod panel_texts;
#[cfg(feature = "ssr")]
mod server;
mod stylesheet;

#[cfg(feature = "ssr")]
pub use api::register_panels;
pub use api::{
    ChooseScopes, EndOtherSessions, EndSession, LoadAccessTokens, LoadScopes, LoadSessions,
    LoadUserInfo, RefreshAccessToken, choose_scopes, end_other_sessions, end_session,
    load_access_tokens, load_scopes, load_sessions, load_user_info, refresh_access_token,
};
pub use components::{
    AccessTokenList, AccessTokenPanel, ApiPage, CopyButton, Countdown, PermissionPanel, Person,
    ScopeToggles, SessionList, UserInfoPanel, WithUserInfo,
};
pub use logto_types::DeviceKind;
pub use model::{
    AccessTokenCard, AccessTokenClaims, AccessTokens, Api, ClaimGroup, ClaimPart, ClaimRow,
    ClaimSource, ClaimValue, Fetch, MissingClaim, PermissionIn, Reason, ScopeChange, ScopeChoices,
    ScopeCost, ScopeGroup, ScopeGroupKind, ScopeKind, ScopeNotice, ScopeState, ScopeToggle,
    SessionCard, Sessions, SessionsNotice, Tick, TokenQuery, UserInfo,
};
pub use panel_texts::{PanelTexts, provide_panel_texts, use_panel_texts};
pub use stylesheet::PANELS_STYLESHEET;

/// Compiles the example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

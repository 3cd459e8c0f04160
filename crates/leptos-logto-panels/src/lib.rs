//! Panels for an account page on top of `leptos-logto`.
#![deny(missing_docs)]
// Nothing on the way of a request panics.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

pub mod api;
mod components;
mod model;
pub mod paths;
#[cfg(feature = "ssr")]
pub mod server;
mod stylesheet;
pub mod texts;

pub use components::{
    AccessTokenList, AccessTokenPanel, ApiPage, CopyButton, Countdown, PermissionPanel, Person,
    ScopeToggles, UserInfoPanel, WithUserInfo,
};
pub use model::{
    AccessTokenCard, AccessTokenClaims, AccessTokens, Api, ClaimGroup, ClaimPart, ClaimRow,
    ClaimSource, ClaimValue, Fetch, MissingClaim, PermissionIn, Reason, ScopeChoices, ScopeCost,
    ScopeGroup, ScopeGroupKind, ScopeKind, ScopeNotice, ScopeState, ScopeToggle, Tick, TokenQuery,
    UserInfo,
};
pub use stylesheet::STYLESHEET;
pub use texts::{PanelTexts, provide_panel_texts, use_panel_texts};

//! The data that server functions send to the browser. There is no type for a token, so none can be
//! sent.

mod access_tokens;
mod claim_value;
mod claims;
mod scopes;
mod sessions;

pub use access_tokens::{AccessTokenCard, AccessTokenClaims, AccessTokens, Api, Tick, TokenQuery};
pub use claim_value::{ClaimPart, ClaimValue};
pub use claims::{ClaimGroup, ClaimRow, ClaimSource, Fetch, MissingClaim, Reason, UserInfo};
pub use scopes::{
    PermissionIn, ScopeChange, ScopeChoices, ScopeCost, ScopeGroup, ScopeGroupKind, ScopeKind,
    ScopeNotice, ScopeState, ScopeToggle,
};
pub(crate) use scopes::{results, summary};
pub use sessions::{SessionCard, Sessions, SessionsNotice};

//! What the browser may know. No token has a type here, so none has a way out.

mod access_tokens;
mod claim_value;
mod claims;
mod moment;
mod organizations;
mod scopes;
mod session;
mod viewer;

pub use access_tokens::{
    AccessTokenCard, AccessTokenClaims, AccessTokens, Api, Tick, TokenRefusal, TokenWish,
};
pub use claim_value::{ClaimPart, ClaimValue};
pub use claims::{ClaimGroup, ClaimRow, ClaimSource, Fetch, MissingClaim, Reason, UserInfo};
pub(crate) use moment::LocalTime;
pub use moment::Moment;
pub use organizations::{HeldPermission, Membership, Organization, Organizations};
pub(crate) use scopes::summary;
pub use scopes::{
    PermissionIn, ScopeChoices, ScopeCost, ScopeGroup, ScopeGroupKind, ScopeKind, ScopeNotice,
    ScopeState, ScopeToggle,
};
pub use session::Session;
pub use viewer::Viewer;

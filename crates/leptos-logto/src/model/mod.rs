//! What the browser may know. No token has a type here, so none has a way out.

mod claims;
mod organizations;
mod session;
mod viewer;

pub use claims::{ClaimRow, ClaimSource, ClaimValue, MissingClaim, Reason, UserInfo};
pub use organizations::{Organization, Organizations};
pub use session::{Session, SessionEnd};
pub use viewer::Viewer;

//! What the browser may know. No token has a type here, so none has a way out.

mod moment;
mod organizations;
mod session;
mod token_refusal;
mod viewer;

pub(crate) use moment::LocalTime;
pub use moment::Moment;
pub use organizations::{HeldPermission, Membership, Organization, Organizations};
pub use session::{AuthState, Session};
pub use token_refusal::TokenRefusal;
pub use viewer::Viewer;

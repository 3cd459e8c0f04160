//! The data that server functions send to the browser. There is no type for a token, so none can be
//! sent.

mod moment;
mod organizations;
mod session;
mod token_refusal;
mod viewer;

pub use moment::Moment;
pub(crate) use moment::{LocalTime, time_format};
pub use organizations::{HeldPermission, Membership, Organization, Organizations};
pub use session::{AuthState, Session};
pub use token_refusal::TokenRefusal;
pub use viewer::Viewer;

//! Who is looking, on the server and in the browser.

mod clock;
mod context;
mod provide;
mod scope_draft;
mod session_stream;
mod session_sync;
mod tabs;

pub use context::{AuthContext, use_auth};

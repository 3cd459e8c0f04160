//! The URLs of the sign-in flow.

/// Starts a sign-in. GET, with optional query parameters, `return_to` among them.
pub const SIGN_IN: &str = "/sign-in";
/// The callback: Logto sends the browser back here with a code or an error. GET. An application whose
/// redirect URI has another path has its callback there.
pub const CALLBACK: &str = "/callback";
/// Signs out. POST.
pub const SIGN_OUT: &str = "/sign-out";
/// The page that says why a sign-in failed. Its query has `reason` and perhaps `return_to`.
pub const PROBLEM: &str = "/sign-in-problem";
/// The back-channel logout: Logto posts a logout token here when a session there ends.
pub const BACKCHANNEL_LOGOUT: &str = "/backchannel-logout";
/// The stream of session events: tells an open page that its session has ended or changed. GET.
pub const SESSION_EVENTS: &str = "/session-events";

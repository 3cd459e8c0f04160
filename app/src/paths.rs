//! Every path of this application. Those of the flow are in `leptos_logto::paths`.

/// What this is, and a way in.
pub const HOME: &str = "/";
/// What Logto says about the person who is looking.
pub const PROFILE: &str = "/profile";
/// Which scopes are asked for, and switching them on and off.
pub const SCOPES: &str = "/scopes";
/// The organizations the person is in.
pub const ORGANIZATIONS: &str = "/organizations";

/// Takes the choice of a language. POST.
pub const LANGUAGE: &str = "/language";

/// The paths that are for signed-in people only, with everything below them. The server guards them before it renders.
pub const PROTECTED: [&str; 2] = [PROFILE, ORGANIZATIONS];

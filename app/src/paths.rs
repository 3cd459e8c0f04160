//! The paths of this application. Those of the flow are in `leptos_logto::paths`, those of pages that are not for everybody
//! in `guards.rs` with whom they are for.

/// What this is, and a way in.
pub const HOME: &str = "/";
/// What Logto says about the person who is signed in.
pub const PROFILE: &str = "/profile";
/// Which scopes are asked for, and switching them on and off.
pub const SCOPES: &str = "/scopes";
/// The access tokens, and what each opens.
pub const APIS: &str = "/apis";
/// Orders, from an API that asks for an access token.
pub const ORDERS: &str = "/orders";
/// The person's sessions at this application.
pub const SESSIONS: &str = "/sessions";
/// The organizations the person is in.
pub const ORGANIZATIONS: &str = "/organizations";

/// Takes the choice of a language. POST.
pub const LANGUAGE: &str = "/language";

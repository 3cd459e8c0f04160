use super::{
    ChooseScopes, EndOtherSessions, EndSession, LoadAccessTokens, LoadScopes, LoadSessions,
    LoadUserInfo, RefreshAccessToken,
};

/// Registers the server functions of this crate and of `leptos-logto`: the one call that an
/// application with both needs. Call it before the router is built, so that linking leaves none
/// out.
pub fn register_panels() {
    use leptos::server_fn::axum::register_explicit;

    leptos_logto::server::register();
    register_explicit::<LoadUserInfo>();
    register_explicit::<LoadScopes>();
    register_explicit::<ChooseScopes>();
    register_explicit::<LoadAccessTokens>();
    register_explicit::<RefreshAccessToken>();
    register_explicit::<LoadSessions>();
    register_explicit::<EndSession>();
    register_explicit::<EndOtherSessions>();
}

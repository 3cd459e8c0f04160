use leptos::prelude::*;
use leptos_logto::{AuthContext, Guard, GuardedRoute, SignInPrompt, SignedOut, UserButton};
use leptos_logto_panels::*;
use leptos_router::{components::*, hooks::use_query_map, path};

pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head><title>"Account"</title><HydrationScripts options/>
                <meta name="viewport" content="width=device-width"/><meta name="color-scheme" content="light dark"/>
                <style>{leptos_logto::STYLESHEET}{leptos_logto_panels::PANELS_STYLESHEET}</style></head>
            <body style="font: 1rem/1.5 system-ui; margin: 2rem"><App/></body>
        </html>
    }
}

#[component]
pub fn App() -> impl IntoView {
    AuthContext::provide();
    view! {
        <Router><UserButton><A href="/account">"Account"</A></UserButton><Routes fallback=|| "Not found">
            <Route path=path!("") view=|| view! { <SignedOut><SignInPrompt/></SignedOut> }/>
            <GuardedRoute guard=Guard::new("/account", leptos_logto::Requirement::SignedIn) view=Account/>
        </Routes></Router>
    }
}

#[component]
fn Account() -> impl IntoView {
    let query = use_query_map();
    let scopes = Resource::new_blocking(move || query.read().get("scopes"), load_scopes);
    let refresh = ServerAction::<RefreshAccessToken>::new();
    let asked = move || (refresh.version().get(), TokenQuery::read(&query.read()));
    let tokens = Resource::new_blocking(asked, |(_, asked)| {
        load_access_tokens(asked.resource, asked.organization, asked.scope)
    });
    let sessions = Resource::new_blocking(move || query.read().get("sessions"), load_sessions);
    let (end, end_others) = (ServerAction::new(), ServerAction::new());
    view! {
        <WithUserInfo html_only=true let:info><UserInfoPanel info scopes="/account"/></WithUserInfo>
        <Suspense><ErrorBoundary fallback=|_| "Try again in a moment.">
            {move || Suspend::new(async move { scopes.await.map(|choices| view! { <ScopeToggles choices/> }) })}
            {move || Suspend::new(async move { tokens.await.map(|tokens| view! { <AccessTokenList tokens refresh/> }) })}
            {move || Suspend::new(async move { sessions.await.map(|sessions| view! { <SessionList sessions end end_others/> }) })}
        </ErrorBoundary></Suspense>
    }
}

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(App);
}

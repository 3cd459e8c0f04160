use leptos::prelude::*;
use leptos_logto::{
    AuthContext, Guard, GuardedRoute, Requirement, STYLESHEET, SignInLink, SignOutButton, SignedIn,
    SignedOut, use_auth,
};
use leptos_router::{components::*, path};

pub const PRIVATE: Guard = Guard::new("/private", Requirement::SignedIn);

pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <title>"Minimal"</title><HydrationScripts options/>
                <meta name="viewport" content="width=device-width"/>
                <meta name="color-scheme" content="light dark"/><style>{STYLESHEET}</style>
            </head>
            <body style="font: 1rem/1.5 system-ui; margin: 2rem"><App/></body>
        </html>
    }
}

#[component]
pub fn App() -> impl IntoView {
    AuthContext::provide();
    view! {
        <Router><Routes fallback=|| "Not found">
            <Route path=path!("") view=Home/>
            <GuardedRoute guard=PRIVATE view=|| "Only people who are signed in see this."/>
        </Routes></Router>
    }
}

#[component]
fn Home() -> impl IntoView {
    view! {
        <SignedOut><SignInLink class="logto-button">"Sign in"</SignInLink></SignedOut>
        <SignedIn>
            <p>"Hello, " {move || use_auth().viewer().map(|viewer| viewer.display_name())}</p>
            <SignOutButton>"Sign out"</SignOutButton>
        </SignedIn>
        <A href="/private">"Private"</A>
    }
}

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(App);
}

use leptos::prelude::*;
use leptos_logto::{AuthContext, SignInLink, SignOutButton, SignedIn, SignedOut, use_auth};
use leptos_router::{components::*, path};

pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <title>"Minimal"</title>
                <HydrationScripts options/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

#[component]
pub fn App() -> impl IntoView {
    AuthContext::provide();
    view! {
        <Router>
            <Routes fallback=|| "Not found">
                <Route path=path!("") view=Home/>
            </Routes>
        </Router>
    }
}

#[component]
fn Home() -> impl IntoView {
    let name = move || use_auth().viewer().map(|viewer| viewer.display_name());
    view! {
        <h1>"Minimal"</h1>
        <SignedOut>
            <SignInLink>"Sign in"</SignInLink>
        </SignedOut>
        <SignedIn>
            <p>"Hello, " {name}</p>
            <SignOutButton>"Sign out"</SignOutButton>
        </SignedIn>
    }
}

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(App);
}

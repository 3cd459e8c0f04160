//! THE route table: path, page, and how it is rendered. What is protected stands in `paths.rs`.

use leptos::prelude::*;
use leptos_logto::AuthContext;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    components::Frame,
    language::provide_language,
    pages::{Home, NotFound, Organizations, Profile, SignInProblemPage},
    site::Site,
};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    AuthContext::provide();
    provide_language();
    Site::provide();
    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "leptos-logto".to_owned() } else { format!("{title} · leptos-logto") }
        }/>
        <Router>
            <Frame>
                <Routes fallback=NotFound>
                    <Route path=path!("") view=Home ssr=SsrMode::Async/>
                    <Route path=path!("profile") view=Profile ssr=SsrMode::Async/>
                    <Route path=path!("organizations") view=Organizations ssr=SsrMode::Async/>
                    <Route path=path!("sign-in-problem") view=SignInProblemPage ssr=SsrMode::Async/>
                </Routes>
            </Frame>
        </Router>
    }
}

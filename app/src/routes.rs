//! THE route table: path, page, and how it is rendered. Whom a page is for stands in `guards.rs`.

use leptos::prelude::*;
use leptos_logto::{AuthContext, GuardedRoute, HydrationTask, Page, provide_refusals};
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    components::Frame,
    guards,
    language::provide_language,
    pages::{Home, NotFound, RefusedPage, lazy_pages},
    site::Site,
};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    AuthContext::provide();
    provide_language();
    Site::provide();
    provide_refusals(|refusal| view! { <RefusedPage refusal/> }.into_any());
    view! {
        <Router>
            <HydrationTask in_steps=true><Frame>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("") view=Home ssr=SsrMode::Async/>
                    <GuardedRoute guard=guards::PROFILE view=Page::lazy(lazy_pages::profile)/>
                    <GuardedRoute guard=guards::SCOPES view=Page::lazy(lazy_pages::scopes)/>
                    <GuardedRoute guard=guards::APIS view=Page::lazy(lazy_pages::apis)/>
                    <GuardedRoute guard=guards::ORDERS view=Page::lazy(lazy_pages::orders)/>
                    <GuardedRoute guard=guards::SESSIONS view=Page::lazy(lazy_pages::sessions)/>
                    <GuardedRoute guard=guards::ORGANIZATIONS view=Page::lazy(lazy_pages::organizations)/>
                    <GuardedRoute guard=guards::ORGANIZATION view=Page::lazy(lazy_pages::organization)/>
                    <GuardedRoute guard=guards::SUPPORT view=Page::lazy(lazy_pages::support)/>
                    <GuardedRoute guard=guards::BILLING view=Page::lazy(lazy_pages::billing)/>
                    <Route path=path!("sign-in-problem") view=Page::lazy(lazy_pages::sign_in_problem) ssr=SsrMode::Async/>
                </FlatRoutes>
            </Frame></HydrationTask>
        </Router>
    }
}

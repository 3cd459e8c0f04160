use leptos::{either::Either, prelude::*};
use leptos_logto::{AwaitResource, Problem};
use leptos_logto_panels::{EndOtherSessions, EndSession, SessionList, load_sessions};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{components::Loading, language::t, site::Site};

/// Where the person is signed in to this application. The note in `?sessions=…` is the notice about the session that was ended last.
#[component]
pub fn Sessions() -> impl IntoView {
    let query = use_query_map();
    // Each form leads to another note, and so to a new list.
    let notice = Memo::new(move |_| query.read().get("sessions"));
    let end = ServerAction::<EndSession>::new();
    let end_others = ServerAction::<EndOtherSessions>::new();
    let sessions = Resource::new_blocking(move || notice.get(), load_sessions);
    view! {
        <Title text=t!(sessions.title)/>
        <section class="page-head">
            <h1>{t!(sessions.title)}</h1>
            <p class="lead">{t!(sessions.lead)}</p>
        </section>
        <AwaitResource resource=sessions fallback=|| view! { <Loading rows=8/> } let:sessions>
            {match sessions {
                Ok(sessions) => {
                    let account_settings = Site::account_center().unwrap_or_default();
                    Either::Left(view! { <SessionList sessions end end_others account_settings/> })
                }
                Err(error) => Either::Right(view! { <Problem error/> }),
            }}
        </AwaitResource>
    }
}

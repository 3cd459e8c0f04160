use leptos::prelude::*;
use leptos_logto::use_auth;
use leptos_logto_panels::{Person, UserInfoPanel, WithUserInfo};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{components::Loading, language::t, paths};

/// Who somebody is, and every claim about them. `?userinfo=true` asks the userinfo endpoint too.
#[component]
pub fn Profile() -> impl IntoView {
    let auth = use_auth();
    let query = use_query_map();
    let fetch = Memo::new(move |_| query.read().get_str("userinfo") == Some("true"));
    view! {
        <Title text=t!(profile.title)/>
        <section class="page-head">
            <h1>{t!(profile.title)}</h1>
            <p class="lead">{t!(profile.lead)}</p>
            <p class="quiet">{t!(profile.gloss)}</p>
        </section>
        <WithUserInfo
            fetch
            html_only=true
            fallback=move || {
                view! {
                    {move || auth.viewer().map(|viewer| view! { <Person viewer/> })}
                    <section class="panel">
                        <Loading rows=16/>
                    </section>
                }
            }
            let:info
        >
            {
                let info = info.clone();
                move || auth.viewer().map(|viewer| view! { <Person viewer info=info.clone()/> })
            }
            <section class="panel">
                <UserInfoPanel
                    info
                    scopes=paths::SCOPES
                    with_userinfo=format!("{}?userinfo=true", paths::PROFILE)
                    without_userinfo=paths::PROFILE
                />
            </section>
        </WithUserInfo>
    }
}

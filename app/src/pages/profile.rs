use leptos::{either::Either, prelude::*};
use leptos_logto::{Avatar, Problem, UserInfoPanel, api::load_user_info, use_auth};
use leptos_meta::Title;
use leptos_router::{components::A, hooks::use_query_map};

use crate::{components::Loading, language::t, paths};

/// The user-info panel. `?userinfo=true` asks the userinfo endpoint too.
#[component]
pub fn Profile() -> impl IntoView {
    let auth = use_auth();
    let query = use_query_map();
    let fetch = Memo::new(move |_| query.read().get_str("userinfo") == Some("true"));
    let info = Resource::new_blocking(move || fetch.get(), load_user_info);
    view! {
        <Title text=t!(profile.title)/>
        <section class="page-head">
            <h1>{t!(profile.title)}</h1>
            <p class="lead">{t!(profile.lead)}</p>
        </section>
        <section class="panel">
            <div class="panel__head">
                {move || {
                    auth.viewer()
                        .map(|viewer| {
                            let name = viewer.display_name();
                            view! {
                                <div class="person">
                                    <Avatar viewer/>
                                    <h2>{name}</h2>
                                </div>
                            }
                        })
                }}
                <p class="panel__actions">
                    <A
                        href=move || {
                            if fetch.get() { paths::PROFILE.to_owned() } else { format!("{}?userinfo=true", paths::PROFILE) }
                        }
                        attr:class="button button--quiet"
                    >
                        {move || if fetch.get() { t!(profile.no_fetch) } else { t!(profile.fetch) }}
                    </A>
                </p>
                <p class="panel__hint quiet">
                    {t!(profile.hint)}
                </p>
            </div>
            <Transition fallback=|| {
                view! { <Loading rows=16/> }
            }>
                {move || Suspend::new(async move {
                    match info.await {
                        Ok(info) => Either::Left(view! { <UserInfoPanel info/> }),
                        Err(error) => Either::Right(view! { <Problem error/> }),
                    }
                })}
            </Transition>
        </section>
    }
}

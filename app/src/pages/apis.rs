use leptos::{either::Either, prelude::*};
use leptos_logto::{AwaitResource, Problem};
use leptos_logto_panels::{
    AccessTokenList, ApiPage, RefreshAccessToken, TokenQuery, load_access_tokens,
};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    components::{ApiCall, Loading},
    language::t,
    paths,
    site::Site,
};

/// The access tokens, a row for each API. The query chooses an API, an organization and scopes, and says whether to call the
/// orders API.
#[component]
pub fn Apis() -> impl IntoView {
    let query = use_query_map();
    let refresh = ServerAction::<RefreshAccessToken>::new();
    let wanted = Memo::new(move |_| TokenQuery::read(&query.read()));
    let tokens = Resource::new_blocking(
        move || (wanted.get(), refresh.version().get()),
        |(wanted, _)| load_access_tokens(wanted.resource, wanted.organization, wanted.scope),
    );
    view! {
        <Title text=t!(apis.title)/>
        <section class="page-head">
            <h1>{t!(apis.title)}</h1>
            <p class="lead">{t!(apis.lead)}</p>
            <p class="quiet">{t!(apis.gloss)}</p>
        </section>
        {move || match refresh.value().get() {
            Some(Err(error)) => Some(view! { <Problem error of_action=t!(apis.not_renewed)/> }),
            _ => None,
        }}
        <AwaitResource resource=tokens fallback=|| view! { <Loading rows=12/> } let:tokens>
            {match tokens {
                Ok(tokens) => Either::Left(view! { <AccessTokenList tokens refresh pages=pages()/> }),
                Err(error) => Either::Right(view! { <Problem error/> }),
            }}
        </AwaitResource>
    }
}

/// The orders API has a page, and can be called here.
fn pages() -> Vec<ApiPage> {
    let orders = Site::orders_api().map(|indicator| ApiPage {
        indicator,
        name: t!(apis.orders_api),
        address: paths::ORDERS.to_owned(),
        label: t!(apis.open_orders),
        call: Some(|organization| view! { <ApiCall organization/> }.into_any()),
    });
    orders.into_iter().collect()
}

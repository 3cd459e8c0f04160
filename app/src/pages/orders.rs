use leptos::{either::Either, prelude::*};
use leptos_logto::{Problem, suspend};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{PlaceOrder, load_orders},
    components::{Loading, OrderForm, OrderList, OrderNotice, TypedOrder},
    language::t,
};

/// The orders of the person or of an organization, from an API that asks for an access token, and a form that places one.
#[component]
pub fn Orders() -> impl IntoView {
    let query = use_query_map();
    let named = move |name| query.read().get(name).filter(|text| !text.is_empty());
    let organization = Memo::new(move |_| named("organization"));
    // Each order that was sent leads to another note, and so to a new list.
    let asked = Memo::new(move |_| (organization.get(), named("before"), named("notice")));
    let place = ServerAction::<PlaceOrder>::new();
    let typed = StoredValue::new(TypedOrder::default());
    let orders = Resource::new_blocking(
        move || asked.get(),
        |(organization, before, notice)| load_orders(organization, before, notice),
    );
    view! {
        <Title text=t!(orders.title)/>
        <section class="page-head">
            <h1>{t!(orders.title)}</h1>
            <p class="lead">{t!(orders.lead)}</p>
        </section>
        {move || match place.value().get() {
            Some(Err(error)) => Some(view! { <Problem error of_action=t!(orders.maybe_not_placed)/> }),
            _ => None,
        }}
        <Transition fallback=|| {
            view! { <Loading rows=8/> }
        }>
            {move || {
                let organization = organization.get();
                suspend(async move {
                    match orders.await {
                        Ok(orders) => {
                            Either::Left(
                                view! {
                                    <div class="orders">
                                        <OrderNotice organization=organization.clone() orders=orders.clone()/>
                                        <OrderList organization=organization.clone() orders=orders.clone()/>
                                        <OrderForm organization orders place typed/>
                                    </div>
                                },
                            )
                        }
                        Err(error) => Either::Right(view! { <Problem error/> }),
                    }
                })
            }}
        </Transition>
    }
}

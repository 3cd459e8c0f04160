use leptos::{either::Either, prelude::*};
use leptos_logto::Problem;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{PlaceOrder, load_orders},
    components::{Loading, OrderForm, OrderList, OrderNews},
    language::t,
    orders::Told,
};

/// The orders of the person or of an organization, from an API that asks for an access token, and a form that places one.
#[component]
pub fn Orders() -> impl IntoView {
    let query = use_query_map();
    let told = Memo::new(move |_| Told::read(&query.read()));
    let place = ServerAction::<PlaceOrder>::new();
    let whose =
        Memo::new(move |_| told.with(|told| (told.organization.clone(), told.before.clone())));
    let orders = Resource::new_blocking(
        move || (whose.get(), place.version().get()),
        |((organization, before), _)| load_orders(organization, before),
    );
    view! {
        <Title text=t!(orders.title)/>
        <section class="page-head">
            <h1>{t!(orders.title)}</h1>
            <p class="lead">{t!(orders.lead)}</p>
        </section>
        {move || match place.value().get() {
            Some(Err(error)) => Some(view! { <Problem error/> }),
            _ => None,
        }}
        <Transition fallback=|| {
            view! { <Loading rows=8/> }
        }>
            {move || {
                let told = told.get();
                Suspend::new(async move {
                    match orders.await {
                        Ok(orders) => {
                            Either::Left(
                                view! {
                                    <div class="orders">
                                        <OrderNews told=told.clone() orders=orders.clone()/>
                                        <OrderList told=told.clone() orders=orders.clone()/>
                                        <OrderForm told orders place/>
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

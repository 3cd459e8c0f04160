use std::time::Duration;

use leptos::{
    either::Either,
    html::Select,
    prelude::*,
    web_sys::{Event, HtmlSelectElement},
};
use leptos_logto::{Organization, QueryForm, Time, unless_hydrating, use_auth};
use leptos_router::location::Url;

use super::{call_line::CallLine, order_problem::OrderProblem};
use crate::{
    language::t,
    orders::{Listed, Notice, Order, Orders},
    paths,
};

/// Whose orders, what the API answered, and below it how the call went.
#[component]
pub fn OrderList(
    /// The id of the organization that the page is about.
    organization: Option<String>,
    /// The answer of the API, and the notice about the last order.
    orders: Orders,
) -> impl IntoView {
    let Orders {
        organizations,
        answer,
        notice,
        may_place,
    } = orders;
    let heading = heading(organization.as_deref(), &organizations.list);
    let is_alone = organizations.list.is_empty();
    let choice = (!is_alone).then(|| choice(organization.clone(), organizations.list));
    let body = match answer {
        Ok(listed) => Either::Left(listing(organization.as_deref(), notice, listed, may_place)),
        Err(error) => Either::Right(view! { <OrderProblem organization error/> }),
    };
    view! {
        <section class="panel">
            <div class="panel__head">
                <h2>{heading}</h2>
                {choice}
            </div>
            {body}
        </section>
    }
}

fn heading(chosen: Option<&str>, organizations: &[Organization]) -> String {
    let Some(id) = chosen else {
        return t!(orders.mine).to_owned();
    };
    match Organization::name_in(organizations, id) {
        Some(name) => t!(orders.of, name = name.to_owned()).to_string(),
        None => t!(orders.title).to_owned(),
    }
}

/// A select of one's organizations. With JavaScript, another choice applies at once.
fn choice(chosen: Option<String>, organizations: Vec<Organization>) -> impl IntoView {
    let chosen = chosen.unwrap_or_default();
    let is_option = organizations.iter().any(|one| one.id == chosen);
    let options = organizations
        .into_iter()
        .map(|Organization { id, name, .. }| {
            let selected = id == chosen;
            let name = name.unwrap_or_else(|| id.clone());
            view! { <option value=id selected=selected>{name}</option> }
        })
        .collect_view();
    let apply = |select: HtmlSelectElement| {
        let _ = select.form().map(|form| form.request_submit());
    };
    // A choice from before the page was hydrated applies afterwards.
    let select = NodeRef::<Select>::new();
    let listed = if is_option {
        chosen.clone()
    } else {
        String::new()
    };
    let listed_value = unless_hydrating(chosen);
    if listed_value.is_none() {
        Effect::new(move |_| {
            let chosen = select.get().filter(|select| select.value() != listed);
            if let Some(select) = chosen {
                set_timeout(move || apply(select), Duration::ZERO);
            }
        });
    }
    view! {
        <QueryForm page=paths::ORDERS class="orders__choice">
            <label class="field">
                <span class="field__label">{t!(orders.whose)}</span>
                <select
                    class="field__input"
                    name="organization"
                    autocomplete="off"
                    node_ref=select
                    prop:value=listed_value
                    on:change=move |event: Event| apply(event_target(&event))
                >
                    <option value="">{t!(orders.own)}</option>
                    {options}
                </select>
            </label>
            <button class="button button--quiet" type="submit">
                {t!(orders.show)}
            </button>
        </QueryForm>
    }
}

fn listing(
    organization: Option<&str>,
    notice: Option<Notice>,
    listed: Listed,
    may_place: bool,
) -> impl IntoView + use<> {
    let Listed { call, orders, next } = listed;
    let is_empty = orders.is_empty();
    let me = untrack(|| use_auth().viewer()).map(|viewer| viewer.subject);
    let placed = notice.and_then(|notice| notice.outcome.ok());
    let placed = placed.map(|placed| placed.id);
    let rows = orders
        .into_iter()
        .map(|order| row(order, placed.as_deref(), me.as_deref()))
        .collect_view();
    let older = next.map(|id| {
        let mut address = format!("{}?before={id}", paths::ORDERS);
        if let Some(organization) = organization {
            address.push_str("&organization=");
            address.push_str(&Url::escape(organization));
        }
        view! {
            <p>
                <a class="button button--quiet" href=address>
                    {t!(orders.older)}
                </a>
            </p>
        }
    });
    view! {
        {if is_empty {
            Either::Left(
                view! {
                    <p class="empty">
                        {t!(orders.empty)}
                        {may_place.then(|| view! { " " <a href="#item">{t!(orders.place)}</a> })}
                    </p>
                },
            )
        } else {
            Either::Right(
                view! {
                    <table class="order-table">
                        <thead>
                            <tr>
                                <th scope="col">{t!(orders.item)}</th>
                                <th scope="col">{t!(orders.quantity)}</th>
                                <th scope="col">{t!(orders.placed_at)}</th>
                                <th scope="col">{t!(orders.by)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                },
            )
        }}
        {older}
        <CallLine call/>
    }
}

fn row(order: Order, placed: Option<&str>, me: Option<&str>) -> impl IntoView + use<> {
    let Order {
        id,
        item,
        quantity,
        placed: at,
        by,
    } = order;
    let is_new = placed == Some(id.as_str());
    let by = if me == Some(by.as_str()) {
        Either::Left(t!(orders.you))
    } else {
        Either::Right(view! { <code>{by}</code> })
    };
    view! {
        <tr class="order-table__row" class:order-table__row--new=is_new data-order=id>
            <th scope="row" class="order-table__item">
                {item}
            </th>
            <td class="order-table__quantity" data-label=t!(orders.quantity)>
                {quantity}
            </td>
            <td class="order-table__placed" data-label=t!(orders.placed_at)>
                <Time moment=at short=true/>
            </td>
            <td class="order-table__by" data-label=t!(orders.by)>
                {by}
            </td>
        </tr>
    }
}

use leptos::{either::EitherOf3, prelude::*};

use super::{
    call_line::CallLine,
    order_trouble::{refused, token_link},
};
use crate::{
    language::t,
    orders::{Call, Orders, Told},
};

/// What came of the order that was just sent, as the address of the page says it. That an order was placed is said only when
/// it is there.
#[component]
pub fn OrderNews(
    /// What the address says.
    told: Told,
    /// What the API said.
    orders: Orders,
) -> impl IntoView {
    let call = call(&told);
    let is_there = orders.answer.is_ok_and(|listed| {
        let mut orders = listed.orders.iter();
        orders.any(|order| Some(&order.id) == told.placed.as_ref())
    });
    let news = if is_there {
        EitherOf3::A(view! {
            <div class="orders__news orders__news--good">
                <p>{t!(orders.placed)}</p>
                {call.map(|call| view! { <CallLine call/> })}
            </div>
        })
    } else if let Some(trouble) = &told.trouble {
        let why = why(trouble, &told);
        EitherOf3::B(view! {
            <div class="orders__news">
                <p>
                    <strong>{t!(orders.not_placed)}</strong>
                    " "
                    {why}
                </p>
                {token_link(&told)}
                {call.map(|call| view! { <CallLine call/> })}
            </div>
        })
    } else {
        EitherOf3::C(())
    };
    view! { <div role="status">{news}</div> }
}

fn why(trouble: &str, told: &Told) -> String {
    match trouble {
        "refused" => refused(&told.missing, told.organization.is_some()),
        "invalid" => t!(orders.invalid).to_owned(),
        "too-many" => t!(orders.too_many).to_owned(),
        "no-token" => t!(orders.no_token).to_owned(),
        "not-configured" => t!(orders.not_configured).to_owned(),
        _ => t!(orders.failed).to_owned(),
    }
}

fn call(told: &Told) -> Option<Call> {
    let path = match &told.organization {
        None => "/shop/orders".to_owned(),
        Some(organization) => format!("/shop/organizations/{organization}/orders"),
    };
    Some(Call {
        method: "POST".to_owned(),
        path,
        status: told.status?,
        milliseconds: told.milliseconds?,
        again: told.again,
    })
}

use leptos::{either::EitherOf3, prelude::*};
use leptos_logto::{Notice as Message, NoticeTone};

use super::{call_line::CallLine, order_problem::describe_error};
use crate::{
    language::t,
    orders::{InvalidFields, Notice, OrderError, Orders},
};

/// The notice about the order that was just sent. That it was placed is shown only when the order is in the list; of one that is
/// not valid, each wrong field is named, with a link to it. The note is taken out of the address then.
#[component]
pub fn OrderNotice(
    /// The id of the organization that the page is about.
    organization: Option<String>,
    /// The answer of the API, and the notice about the last order.
    orders: Orders,
) -> impl IntoView {
    let Orders { answer, notice, .. } = orders;
    // Also one that says nothing any more: the language choice comes back with the address of the router.
    Effect::new(|_| forget_note());
    let content = match notice.map(|Notice { outcome, .. }| outcome) {
        Some(Ok(placed)) => {
            let is_there =
                answer.is_ok_and(|listed| listed.orders.iter().any(|order| order.id == placed.id));
            EitherOf3::A(is_there.then(|| {
                view! {
                    <Message tone=NoticeTone::Success title=t!(orders.placed) is_live=false>
                        <CallLine call=placed.call/>
                    </Message>
                }
            }))
        }
        Some(Err(error)) => {
            let wrong = match &error {
                OrderError::Invalid(wrong) => *wrong,
                _ => InvalidFields::default(),
            };
            let (call, why, token) = describe_error(error, organization.as_deref());
            EitherOf3::B(view! {
                <Message tone=NoticeTone::Error title=t!(orders.not_placed) action=token is_live=false>
                    <p>
                        {why}
                        {wrong.item.then(|| view! { " " <a href="#item">{t!(orders.item)}</a> })}
                        {wrong.quantity.then(|| view! { " " <a href="#quantity">{t!(orders.quantity)}</a> })}
                    </p>
                    {call.map(|call| view! { <CallLine call/> })}
                </Message>
            })
        }
        None => EitherOf3::C(()),
    };
    view! {
        <div class="orders__news" role="status">
            {content}
        </div>
    }
}

/// Takes the note out of the address, so that a copy of it is short and says nothing. The page stays as it is: the router does
/// not hear of it.
fn forget_note() {
    let location = window().location();
    let (Ok(path), Ok(query)) = (location.pathname(), location.search()) else {
        return;
    };
    let is_other = |pair: &&str| !pair.is_empty() && !pair.starts_with("notice=");
    let pairs = query.trim_start_matches('?').split('&');
    let rest: Vec<_> = pairs.filter(is_other).collect();
    let mark = if rest.is_empty() { "" } else { "?" };
    let address = format!("{path}{mark}{}", rest.join("&"));
    if let Ok(history) = window().history() {
        let state = history.state().unwrap_or_default();
        let _ = history.replace_state_with_url(&state, "", Some(&address));
    }
}

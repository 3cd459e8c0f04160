use leptos::{
    either::{Either, EitherOf4},
    prelude::*,
};
use leptos_logto::{Problem, QueryForm, suspend};
use leptos_router::hooks::use_query_map;

use super::{call_line::CallLine, order_problem::OrderProblem};
use crate::{api::call_orders_api, language::t, orders::ApiAnswer, paths};

/// The query parameter that says which call of this page it is: another number is another call.
const CALL: &str = "call";
/// What else the address of the page says.
const KEPT: [&str; 3] = ["resource", "organization", "scope"];

/// Calls the orders API with the token that stands above, and shows the answer as it came. A form of GET: without JavaScript the
/// page comes again, with the answer. A link of another site to that address calls nothing.
#[component]
pub fn ApiCall(
    /// The id of the organization that the token is for.
    organization: Option<String>,
) -> impl IntoView {
    let query = use_query_map();
    let number = Memo::new(move |_| {
        let number = query.read().get(CALL);
        number.and_then(|number| number.parse::<u16>().ok())
    });
    let asked = organization.clone();
    let answer = Resource::new_blocking(
        move || number.get(),
        move |number| {
            let organization = asked.clone();
            async move {
                match number {
                    Some(_) => call_orders_api(organization).await.transpose(),
                    None => None,
                }
            }
        },
    );
    let kept = query.get_untracked();
    let kept = KEPT
        .into_iter()
        .flat_map(|name| {
            let values = kept.get_all(name).unwrap_or_default();
            values.into_iter().map(move |value| (name, value))
        })
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    let next = move || number.get().unwrap_or_default().wrapping_add(1).to_string();
    view! {
        <div class="api-call">
            <QueryForm page=paths::APIS>
                {kept}
                <input type="hidden" name=CALL value=next/>
                <button class="button button--quiet button--small" type="submit">
                    {t!(apis.call)}
                </button>
            </QueryForm>
            <div aria-live="polite">
                <Transition>
                    {move || {
                        let organization = organization.clone();
                        suspend(async move {
                            match answer.await {
                                None => EitherOf4::A(()),
                                Some(Ok(Ok(answer))) => EitherOf4::B(shown(answer)),
                                Some(Ok(Err(error))) => EitherOf4::C(view! { <OrderProblem organization error/> }),
                                Some(Err(error)) => EitherOf4::D(view! { <Problem error/> }),
                            }
                        })
                    }}
                </Transition>
            </div>
        </div>
    }
}

/// An answer: status and time are announced, the text is there to be read.
fn shown(ApiAnswer { call, body }: ApiAnswer) -> impl IntoView {
    let body = if body.is_empty() {
        Either::Left(())
    } else {
        Either::Right(view! {
            <pre class="api-call__body" role="region" aria-live="off" aria-label=t!(apis.answer) tabindex="0"><code>{body}</code></pre>
        })
    };
    view! {
        <CallLine call/>
        {body}
    }
}

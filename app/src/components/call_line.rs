use leptos::prelude::*;

use crate::{language::t, orders::Call};

/// How a call of an API went: what was called, the status of the answer, how long it took.
#[component]
pub fn CallLine(
    /// The call.
    call: Call,
) -> impl IntoView {
    let Call {
        method,
        path,
        status,
        milliseconds,
        retried,
    } = call;
    let class = if status < 400 {
        "chip chip--good"
    } else {
        "chip chip--warning"
    };
    view! {
        <p class="call-line">
            <code class="call-line__what">{method} " " {path}</code>
            " "
            <span class=class>
                <span class="visually-hidden">{t!(orders.status)} " "</span>
                {status}
            </span>
            " "
            <span class="call-line__time">{t!(orders.in_time, time = milliseconds)}</span>
            {retried.then(|| view! { <span class="call-line__again">{t!(orders.again)}</span> })}
        </p>
    }
}

use leptos::{either::EitherOf4, prelude::*};

use crate::model::{ClaimRow, ClaimValue, MissingClaim, UserInfo};

/// Every claim with its value, its source and its scope; below, the claims that are not there, and why. Never a token.
#[component]
pub fn UserInfoPanel(
    /// What is known.
    info: UserInfo,
) -> impl IntoView {
    let UserInfo {
        claims,
        missing,
        unavailable,
        ..
    } = info;
    let absent = missing.len();
    view! {
        <div class="user-info-panel">
            {unavailable
                .then(|| {
                    view! {
                        <p class="notice notice--warning" role="status">
                            "Userinfo could not be fetched: the sign-in service is not answering. These are the claims of the ID token."
                        </p>
                    }
                })}
            <table class="claims">
                <caption class="visually-hidden">"Claims, where each came from, and the scope that gives it"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Claim"</th>
                        <th scope="col">"Value"</th>
                        <th scope="col">"From"</th>
                        <th scope="col">"Scope"</th>
                    </tr>
                </thead>
                <tbody>{claims.into_iter().map(row).collect_view()}</tbody>
            </table>
            {(absent > 0)
                .then(|| {
                    view! {
                        <details class="user-info-panel__missing">
                            <summary>
                                {if absent == 1 {
                                    "1 claim is not here".to_owned()
                                } else {
                                    format!("{absent} claims are not here")
                                }}
                            </summary>
                            <ul>{missing.into_iter().map(missing_claim).collect_view()}</ul>
                        </details>
                    }
                })}
        </div>
    }
}

fn row(claim: ClaimRow) -> impl IntoView {
    let name = claim.name.clone();
    view! {
        <tr class="claims__row" data-claim=name>
            <th scope="row" class="claims__name">
                {claim.name}
            </th>
            <td class="claims__value">{value(claim.value)}</td>
            <td class="claims__source" data-label="from">
                {claim.source.label()}
            </td>
            <td class="claims__scope" data-label="scope">
                {claim.scope.unwrap_or_else(|| "–".to_owned())}
            </td>
        </tr>
    }
}

fn value(value: ClaimValue) -> impl IntoView {
    match value {
        ClaimValue::Null => EitherOf4::A(
            view! { <span class="chip chip--absent">"null"</span> " asked for, no value" },
        ),
        ClaimValue::Text(text) => EitherOf4::B(text),
        ClaimValue::Json(json) => EitherOf4::C(view! { <pre class="json">{json}</pre> }),
        ClaimValue::Time {
            words,
            machine,
            exact,
        } => EitherOf4::D(view! {
            <time datetime=machine>{words}</time>
            <span class="claims__exact">{exact}</span>
        }),
    }
}

fn missing_claim(claim: MissingClaim) -> impl IntoView {
    let name = claim.name.clone();
    view! {
        <li data-claim=name>
            <code>{claim.name}</code>
            " "
            <span class="chip chip--absent">"absent"</span>
            " "
            {claim.reason.words()}
            " ("
            <code>{claim.scope}</code>
            ")"
        </li>
    }
}

use leptos::{either::EitherOf4, prelude::*};

use crate::{
    model::{ClaimRow, ClaimValue, MissingClaim, UserInfo},
    words::{Words, fill, use_words},
};

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
    let words = use_words();
    let texts = &words.panel;
    view! {
        <div class="user-info-panel">
            {unavailable
                .then(|| {
                    view! {
                        <p class="notice notice--warning" role="status">
                            {texts.unavailable}
                        </p>
                    }
                })}
            <table class="claims">
                <caption class="visually-hidden">{texts.caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{texts.claim}</th>
                        <th scope="col">{texts.value}</th>
                        <th scope="col">{texts.from}</th>
                        <th scope="col">{texts.scope}</th>
                    </tr>
                </thead>
                <tbody>{claims.into_iter().map(|claim| row(words, claim)).collect_view()}</tbody>
            </table>
            {(absent > 0)
                .then(|| {
                    view! {
                        <details class="user-info-panel__missing">
                            <summary>
                                {if absent == 1 {
                                    texts.one_missing.to_owned()
                                } else {
                                    fill(texts.many_missing, "count", &absent.to_string())
                                }}
                            </summary>
                            <ul>{missing.into_iter().map(|claim| missing_claim(words, claim)).collect_view()}</ul>
                        </details>
                    }
                })}
        </div>
    }
}

fn row(words: &'static Words, claim: ClaimRow) -> impl IntoView {
    let name = claim.name.clone();
    view! {
        <tr class="claims__row" data-claim=name>
            <th scope="row" class="claims__name">
                {claim.name}
            </th>
            <td class="claims__value">{value(words, claim.value)}</td>
            <td class="claims__source" data-label=words.panel.from>
                {claim.source.label(words)}
            </td>
            <td class="claims__scope" data-label=words.panel.scope>
                {claim.scope.unwrap_or_else(|| "–".to_owned())}
            </td>
        </tr>
    }
}

fn value(words: &'static Words, value: ClaimValue) -> impl IntoView {
    match value {
        ClaimValue::Null => EitherOf4::A(
            view! { <span class="chip chip--absent">"null"</span> " " {words.panel.null} },
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

fn missing_claim(words: &'static Words, claim: MissingClaim) -> impl IntoView {
    let name = claim.name.clone();
    view! {
        <li data-claim=name>
            <code>{claim.name}</code>
            " "
            <span class="chip chip--absent">{words.panel.absent}</span>
            " "
            {claim.reason.words(words)}
            " ("
            <code>{claim.scope}</code>
            ")"
        </li>
    }
}

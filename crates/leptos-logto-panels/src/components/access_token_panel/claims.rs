use leptos::prelude::*;
use leptos_logto::{Moment, Time};

use crate::{
    model::AccessTokenClaims,
    panel_texts::{TokenTexts, use_panel_texts},
};

/// The claims of a token.
pub(super) fn claims(texts: &'static TokenTexts, token: AccessTokenClaims) -> impl IntoView {
    let AccessTokenClaims {
        audience,
        issued,
        expires,
        rest,
        ..
    } = token;
    let audience = audience.map(|audience| fact(texts.audience, "aud".to_owned(), audience));
    let rest = rest
        .into_iter()
        .map(|(claim, value)| fact(label(texts, &claim), claim, value))
        .collect_view();
    view! {
        <dl class="logto-access-token__claims">
            {audience}
            {time(texts.issued, "iat", issued)}
            {time(use_panel_texts().permissions.expires, "exp", expires)}
            {rest}
        </dl>
    }
}

fn fact(label: &'static str, claim: String, value: String) -> impl IntoView {
    let name = claim.clone();
    view! {
        <div data-claim=name>
            <dt>{label} " " <code>{claim}</code></dt>
            <dd>
                <code>{value}</code>
            </dd>
        </div>
    }
}

fn time(label: &'static str, claim: &'static str, moment: Moment) -> impl IntoView {
    view! {
        <div data-claim=claim>
            <dt>{label} " " <code>{claim}</code></dt>
            <dd>
                <Time moment/>
            </dd>
        </div>
    }
}

fn label(texts: &TokenTexts, claim: &str) -> &'static str {
    match claim {
        "organization_id" => texts.organization,
        "client_id" => texts.client,
        "iss" => texts.issuer,
        "sub" => texts.subject,
        _ => texts.id,
    }
}

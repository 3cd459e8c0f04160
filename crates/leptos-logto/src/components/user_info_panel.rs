use leptos::prelude::*;

use super::{
    claim_value::{claim_value, isolated},
    copy_button::CopyButton,
};
use crate::{
    model::{ClaimGroup, ClaimRow, ClaimSource, Fetch, MissingClaim, Reason, UserInfo},
    words::{Words, fill, use_words},
};

/// Where the panel leads. What is empty is not offered.
#[derive(Clone, Copy)]
struct Ways {
    words: &'static Words,
    scopes: StoredValue<String>,
    with_userinfo: StoredValue<String>,
}

/// Every claim with its value, its source and its scope, a person's own facts first; and, where a claim is missing, why, and
/// what can be done about it. Never a token.
///
/// It can be copied as JSON: by a button, or without JavaScript out of the text at its end.
#[component]
pub fn UserInfoPanel(
    /// What is known.
    info: UserInfo,
    /// The page where scopes are switched on and off. Without one, no link to it is offered.
    #[prop(optional, into)]
    scopes: String,
    /// The page this panel is on, with userinfo asked for. Without one, that is not offered.
    #[prop(optional, into)]
    with_userinfo: String,
    /// The page this panel is on, without userinfo. Without one, that is not offered.
    #[prop(optional, into)]
    without_userinfo: String,
) -> impl IntoView {
    let UserInfo {
        claims,
        missing,
        fetch,
        json,
    } = info;
    let words = use_words();
    let texts = &words.panel;
    let ways = Ways {
        words,
        scopes: StoredValue::new(scopes),
        with_userinfo: StoredValue::new(with_userinfo.clone()),
    };
    let (state, way, says) = match fetch {
        Fetch::NotAsked => (texts.state_id_token, with_userinfo, texts.fetch),
        Fetch::Answered => (texts.state_both, without_userinfo, texts.leave_out),
        Fetch::Unavailable => (texts.unavailable, with_userinfo, words.general.try_again),
    };
    let unavailable = fetch == Fetch::Unavailable;
    let (copied, readable) = (json.clone(), json.clone());
    view! {
        <div class="user-info-panel">
            <div class="user-info-panel__bar">
                <p
                    class="user-info-panel__state"
                    class=("notice", unavailable)
                    class=("notice--warning", unavailable)
                    role=unavailable.then_some("status")
                >
                    {state}
                </p>
                <div class="user-info-panel__actions">
                    {link(way, says, unavailable, "button button--quiet button--small")}
                    <CopyButton text=copied class="button button--quiet button--small">
                        {texts.copy}
                    </CopyButton>
                </div>
            </div>
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
                {ClaimGroup::ALL
                    .into_iter()
                    .map(|which| {
                        let claims = claims.iter().filter(|claim| claim.group == which);
                        let missing = missing.iter().filter(|claim| claim.group == which);
                        group(ways, which, claims.cloned().collect(), missing.cloned().collect())
                    })
                    .collect_view()}
            </table>
            <details class="user-info-panel__json">
                <summary>{texts.as_json}</summary>
                <p class="quiet">{texts.as_json_about}</p>
                // What is in it is for the page without scripts; a page that listens changes the property alone.
                <textarea readonly rows="14" spellcheck="false" aria-label=texts.as_json prop:value=readable>
                    {json}
                </textarea>
            </details>
        </div>
    }
}

fn group(
    ways: Ways,
    which: ClaimGroup,
    claims: Vec<ClaimRow>,
    missing: Vec<MissingClaim>,
) -> impl IntoView {
    let words = ways.words;
    let quiet = which == ClaimGroup::Protocol;
    let about = quiet.then_some(words.panel.protocol_about);
    (!claims.is_empty() || !missing.is_empty()).then(|| {
        view! {
            <tbody class="claims__group" class=("claims__group--quiet", quiet)>
                <tr class="claims__title">
                    <th scope="rowgroup" colspan="4">
                        {which.label(words)}
                        {about.map(|about| view! { <span class="claims__about">{about}</span> })}
                    </th>
                </tr>
                {claims.into_iter().map(|claim| row(words, claim)).collect_view()}
                {together(missing).into_iter().map(|missing| missing_row(ways, missing)).collect_view()}
            </tbody>
        }
    })
}

fn row(words: &'static Words, claim: ClaimRow) -> impl IntoView {
    let name = claim.name.clone();
    let label = claim.source.label(words);
    let differs = matches!(claim.source, ClaimSource::Different(_));
    let value = match claim.source {
        ClaimSource::Different(old) => {
            let texts = &words.panel;
            view! {
                <dl class="claims__different">
                    <div>
                        <dt>{texts.from_userinfo}</dt>
                        <dd>{claim_value(words, claim.value)}</dd>
                    </div>
                    <div>
                        <dt>{texts.from_id_token}</dt>
                        <dd>{claim_value(words, old)}</dd>
                    </div>
                </dl>
                <p class="claims__note">{texts.different_about}</p>
            }
            .into_any()
        }
        _ => claim_value(words, claim.value),
    };
    view! {
        <tr class="claims__row" data-claim=name>
            <th scope="row" class="claims__name">
                {named(claim.label, claim.name)}
            </th>
            <td class="claims__value">{value}</td>
            <td class="claims__source" data-label=words.panel.from>
                {label}
                {differs
                    .then(|| {
                        let said = words.panel.different;
                        view! {
                            " "
                            <span class="chip chip--warning">{said}</span>
                        }
                    })}
            </td>
            <td class="claims__scope" data-label=words.panel.scope>
                {claim.scope.unwrap_or_else(|| "–".to_owned())}
            </td>
        </tr>
    }
}

/// Claims that are missing for one reason and of one scope.
fn together(missing: Vec<MissingClaim>) -> Vec<Vec<MissingClaim>> {
    let mut all: Vec<Vec<MissingClaim>> = Vec::new();
    for claim in missing {
        match all.last_mut() {
            Some(last) if last[0].scope == claim.scope && last[0].reason == claim.reason => {
                last.push(claim);
            }
            _ => all.push(vec![claim]),
        }
    }
    all
}

fn missing_row(ways: Ways, claims: Vec<MissingClaim>) -> impl IntoView {
    let words = ways.words;
    let texts = &words.panel;
    let (scope, reason) = (claims[0].scope.clone(), claims[0].reason);
    let about = fill(reason.about(words), "scope", &scope);
    let (target, says) = match reason {
        Reason::NotAsked | Reason::SwitchedOff => (ways.scopes, texts.turn_on),
        Reason::NotGranted => (ways.scopes, texts.see_scopes),
        Reason::NotFetched => (ways.with_userinfo, texts.fetch),
        Reason::Unavailable => (ways.with_userinfo, words.general.try_again),
        Reason::NotSet => (StoredValue::new(String::new()), ""),
    };
    let names = claims
        .into_iter()
        .map(|claim| {
            let name = claim.name.clone();
            view! { <li data-claim=name>{named(claim.label, claim.name)}</li> }
        })
        .collect_view();
    view! {
        <tr class="claims__row claims__row--missing">
            <th scope="row" class="claims__name">
                <ul>{names}</ul>
            </th>
            <td class="claims__value">
                <span class="chip chip--absent">{reason.label(words)}</span>
                " "
                {about}
                " "
                {link(target.get_value(), says, reason == Reason::Unavailable, "")}
            </td>
            <td class="claims__source" data-label=texts.from>
                "–"
            </td>
            <td class="claims__scope" data-label=texts.scope>
                {scope}
            </td>
        </tr>
    }
}

/// What a claim is, and its name.
fn named(label: Option<String>, name: String) -> impl IntoView {
    view! {
        {label.map(|label| view! { <span class="claims__label">{label}</span> })}
        <code>{isolated(name)}</code>
    }
}

/// `again`: leads to the page one is on, which a router takes for no change, so the browser asks for it.
fn link(target: String, says: &'static str, again: bool, class: &'static str) -> impl IntoView {
    let rel = again.then_some("external");
    (!target.is_empty()).then(|| view! { <a class=class href=target rel=rel>{says}</a> })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(name: &str, scope: &str, reason: Reason) -> MissingClaim {
        MissingClaim {
            name: name.into(),
            label: None,
            group: ClaimGroup::Contact,
            scope: scope.into(),
            reason,
        }
    }

    #[test]
    fn claims_that_are_missing_for_one_reason_and_of_one_scope_share_a_row() {
        let rows = together(vec![
            missing("email", "email", Reason::NotAsked),
            missing("email_verified", "email", Reason::NotAsked),
            missing("phone_number", "phone", Reason::NotAsked),
            missing("address", "address", Reason::NotSet),
        ]);
        let rows: Vec<Vec<&str>> = rows
            .iter()
            .map(|row| row.iter().map(|claim| claim.name.as_str()).collect())
            .collect();
        let expected: [&[&str]; 3] = [
            &["email", "email_verified"],
            &["phone_number"],
            &["address"],
        ];
        assert_eq!(rows, expected);
    }
}

//! The table of the user-info panel: a group of rows for each kind of claim.

use leptos::prelude::*;
use leptos_logto::{texts::fill, use_texts};

use super::claim_value::{claim_value, isolated};
use crate::{
    model::{ClaimGroup, ClaimRow, ClaimSource, MissingClaim, Reason},
    panel_texts::PanelTexts,
};

/// The links of the panel. An empty one is not shown.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    pub table: &'static PanelTexts,
    pub scopes: StoredValue<String>,
    pub with_userinfo: StoredValue<String>,
}

pub(super) fn claims_table(
    ways: Ways,
    claims: Vec<ClaimRow>,
    missing: Vec<MissingClaim>,
) -> impl IntoView {
    let texts = &ways.table.user_info;
    let groups = ClaimGroup::ALL.into_iter().map(|which| {
        let claims = claims.iter().filter(|claim| claim.group == which);
        let missing = missing.iter().filter(|claim| claim.group == which);
        group(
            ways,
            which,
            claims.cloned().collect(),
            missing.cloned().collect(),
        )
    });
    view! {
        <table class="logto-claims">
            <caption class="logto-visually-hidden">{texts.caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{texts.claim}</th>
                    <th scope="col">{texts.value}</th>
                    <th scope="col">{texts.from}</th>
                    <th scope="col">{texts.scope}</th>
                </tr>
            </thead>
            {groups.collect_view()}
        </table>
    }
}

fn group(
    ways: Ways,
    which: ClaimGroup,
    claims: Vec<ClaimRow>,
    missing: Vec<MissingClaim>,
) -> impl IntoView {
    let table = ways.table;
    let quiet = which == ClaimGroup::Protocol;
    let about = quiet.then_some(table.user_info.protocol_about);
    (!claims.is_empty() || !missing.is_empty()).then(|| {
        view! {
            <tbody class="logto-claims__group" class=("logto-claims__group--quiet", quiet)>
                <tr class="logto-claims__title">
                    <th scope="rowgroup" colspan="4">
                        {which.label(table)}
                        {about.map(|about| view! { <span class="logto-claims__about">{about}</span> })}
                    </th>
                </tr>
                {claims.into_iter().map(|claim| row(table, claim)).collect_view()}
                {together(missing).into_iter().map(|missing| missing_row(ways, missing)).collect_view()}
            </tbody>
        }
    })
}

fn row(table: &'static PanelTexts, claim: ClaimRow) -> impl IntoView {
    let name = claim.name.clone();
    let label = claim.source.label(table);
    let differs = matches!(claim.source, ClaimSource::Different(_));
    let value = match claim.source {
        ClaimSource::Different(old) => {
            let texts = &table.user_info;
            view! {
                <dl class="logto-claims__different">
                    <div>
                        <dt>{texts.from_userinfo}</dt>
                        <dd>{claim_value(table, claim.value)}</dd>
                    </div>
                    <div>
                        <dt>{texts.from_id_token}</dt>
                        <dd>{claim_value(table, old)}</dd>
                    </div>
                </dl>
                <p class="logto-claims__note">{texts.different_about}</p>
            }
            .into_any()
        }
        _ => claim_value(table, claim.value),
    };
    view! {
        <tr class="logto-claims__row" data-claim=name>
            <th scope="row" class="logto-claims__name">
                {named(claim.label, claim.name)}
            </th>
            <td class="logto-claims__value">{value}</td>
            <td class="logto-claims__source" data-label=table.user_info.from>
                {label}
                {differs
                    .then(|| {
                        let said = table.user_info.different;
                        view! {
                            " "
                            <span class="logto-chip logto-chip--warning">{said}</span>
                        }
                    })}
            </td>
            <td class="logto-claims__scope" data-label=table.user_info.scope>
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
    let table = ways.table;
    let texts = &table.user_info;
    let (scope, reason) = (claims[0].scope.clone(), claims[0].reason);
    let about = fill(reason.about(table), "scope", &scope);
    let (target, says) = match reason {
        Reason::NotAsked | Reason::SwitchedOff => (ways.scopes, texts.turn_on),
        Reason::NotGranted => (ways.scopes, texts.see_scopes),
        Reason::NotFetched => (ways.with_userinfo, texts.fetch),
        Reason::Unavailable => (ways.with_userinfo, use_texts().general.try_again),
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
        <tr class="logto-claims__row logto-claims__row--missing">
            <th scope="row" class="logto-claims__name">
                <ul>{names}</ul>
            </th>
            <td class="logto-claims__value">
                <span class="logto-chip logto-chip--absent">{reason.label(table)}</span>
                " "
                {about}
                " "
                {link(target.get_value(), says, reason == Reason::Unavailable, "")}
            </td>
            <td class="logto-claims__source" data-label=texts.from>
                "–"
            </td>
            <td class="logto-claims__scope" data-label=texts.scope>
                {scope}
            </td>
        </tr>
    }
}

/// The description of a claim, and its name.
fn named(label: Option<String>, name: String) -> impl IntoView {
    view! {
        {label.map(|label| view! { <span class="logto-claims__label">{label}</span> })}
        <code>{isolated(name)}</code>
    }
}

/// `again`: leads to the page one is on, which a router takes for no change, so the browser asks
/// for it.
pub(super) fn link(
    target: String,
    says: &'static str,
    again: bool,
    class: &'static str,
) -> Option<impl IntoView> {
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

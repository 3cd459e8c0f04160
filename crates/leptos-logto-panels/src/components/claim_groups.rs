//! The claims of the user-info panel, in groups: what most of a group has in common stands at its
//! head, and a row says only what differs.

use leptos::prelude::*;
use leptos_logto::{scope_address, texts::fill, use_texts};

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
}

pub(super) fn claim_groups(
    ways: Ways,
    mut claims: Vec<ClaimRow>,
    mut missing: Vec<MissingClaim>,
) -> impl IntoView {
    let groups = ClaimGroup::ALL.into_iter().map(|which| {
        let claims = claims.extract_if(.., |claim| claim.group == which);
        let missing = missing.extract_if(.., |claim| claim.group == which);
        group(ways, which, claims.collect(), missing.collect())
    });
    groups.collect_view()
}

fn group(
    ways: Ways,
    which: ClaimGroup,
    claims: Vec<ClaimRow>,
    missing: Vec<MissingClaim>,
) -> Option<AnyView> {
    if claims.is_empty() && missing.is_empty() {
        return None;
    }
    let table = ways.table;
    let title = which.label(table);
    let common = Common::of(table, &claims);
    let names = claims.iter().map(|claim| claim.name.as_str());
    let names = names.collect::<Vec<_>>().join(", ");
    let line = (!claims.is_empty()).then(|| common.line(table));
    let rows = claims.into_iter().map(|claim| row(table, claim, &common));
    let rows = view! { <dl>{rows.collect_view()}</dl> };
    if which == ClaimGroup::Protocol {
        return Some(
            view! {
                <section class="logto-claims">
                    <details class="logto-claims__protocol">
                        <summary>
                            <h2>{title}</h2>
                            " "
                            <code>{names}</code>
                        </summary>
                        <p class="logto-quiet">{table.user_info.protocol_about}</p>
                        {line}
                        {rows}
                    </details>
                </section>
            }
            .into_any(),
        );
    }
    let missing = together(missing).into_iter();
    let missing = missing.map(|missing| missing_line(ways, missing));
    Some(
        view! {
            <section class="logto-claims">
                <div class="logto-claims__head">
                    <h2>{title}</h2>
                    {line}
                </div>
                {rows}
                {missing.collect_view()}
            </section>
        }
        .into_any(),
    )
}

/// What most claims of a group have in common.
struct Common {
    source: &'static str,
    scope: String,
}

impl Common {
    fn of(table: &PanelTexts, claims: &[ClaimRow]) -> Self {
        let sources: Vec<_> = claims
            .iter()
            .map(|claim| claim.source.label(table))
            .collect();
        let scopes: Vec<_> = claims.iter().map(scope).collect();
        Self {
            source: most_frequent(&sources),
            scope: most_frequent(&scopes).to_owned(),
        }
    }

    fn line(&self, table: &PanelTexts) -> impl IntoView + use<> {
        let scope = (!self.scope.is_empty()).then(|| {
            view! {
                {use_texts().label(table.user_info.scope)}
                <code>{self.scope.clone()}</code>
                " · "
            }
        });
        view! {
            <p class="logto-claims__common">
                {scope} <span class="logto-visually-hidden">{use_texts().label(table.user_info.from)}</span>
                {self.source}
            </p>
        }
    }
}

/// The scope of a claim; empty when it has none.
fn scope(claim: &ClaimRow) -> &str {
    claim.scope.as_deref().unwrap_or_default()
}

/// The most frequent of these texts, the first of several.
fn most_frequent<'a>(texts: &[&'a str]) -> &'a str {
    let count = |text: &&&str| texts.iter().filter(|other| other == text).count();
    let most = texts.iter().rev().max_by_key(count);
    most.copied().unwrap_or_default()
}

fn row(table: &'static PanelTexts, claim: ClaimRow, common: &Common) -> impl IntoView + use<> {
    let texts = &table.user_info;
    let hidden = |label| {
        view! { <span class="logto-visually-hidden">{use_texts().label(label)}</span> }
    };
    let source = claim.source.label(table);
    let source = (source != common.source).then(|| {
        view! { <span>{hidden(texts.from)} {source}</span> " " }
    });
    let scope = (scope(&claim) != common.scope).then(|| {
        let name = claim.scope.clone().unwrap_or_else(|| "–".to_owned());
        view! { <span>{hidden(texts.scope)} <code>{name}</code></span> " " }
    });
    let (value, differs) = match claim.source {
        ClaimSource::Different(old) => {
            let value = view! {
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
            };
            let chip =
                view! { <span class="logto-chip logto-chip--warning">{texts.different}</span> };
            (value.into_any(), Some(chip))
        }
        _ => (claim_value(table, claim.value), None),
    };
    let has_marks = source.is_some() || scope.is_some() || differs.is_some();
    let marks =
        has_marks.then(|| view! { <dd class="logto-claim__marks">{source} {scope} {differs}</dd> });
    let name = claim.name.clone();
    view! {
        <div class="logto-claim" data-claim=name>
            <dt class="logto-claim__name">
                {claim.label.map(|label| view! { <span>{label}</span> " " })}
                <code>{isolated(claim.name)}</code>
            </dt>
            <dd class="logto-claim__value">{value}</dd>
            {marks}
        </div>
    }
}

/// Claims that are missing for one reason, and have one way to them.
fn together(missing: Vec<MissingClaim>) -> Vec<Vec<MissingClaim>> {
    let mut all: Vec<Vec<MissingClaim>> = Vec::new();
    for claim in missing {
        let is_alike = |other: &MissingClaim| {
            other.reason == claim.reason
                && (other.scope == claim.scope || !claim.reason.is_of_scope())
        };
        match all.iter_mut().find(|claims| is_alike(&claims[0])) {
            Some(claims) => claims.push(claim),
            None => all.push(vec![claim]),
        }
    }
    all
}

fn missing_line(ways: Ways, claims: Vec<MissingClaim>) -> impl IntoView {
    let table = ways.table;
    let texts = &table.user_info;
    let (scope, reason) = (claims[0].scope.clone(), claims[0].reason);
    let about = fill(reason.about(table), "scope", &scope);
    let to_scope = || {
        let page = ways.scopes.get_value();
        match &*page {
            "" => page,
            page => scope_address(page, &scope),
        }
    };
    // The way to userinfo stands once, above the groups.
    let (target, says) = match reason {
        Reason::NotAsked | Reason::SwitchedOff => (to_scope(), texts.turn_on),
        Reason::NotGranted => (to_scope(), texts.see_scopes),
        Reason::NotFetched | Reason::Unavailable | Reason::NotSet => (String::new(), ""),
    };
    let mut separator = "";
    let names = claims
        .into_iter()
        .map(|claim| {
            let name = claim.name.clone();
            let before = std::mem::replace(&mut separator, ", ");
            let label = claim.label.map(|label| format!("{label} "));
            view! { {before} {label} <code data-claim=name>{isolated(claim.name)}</code> }
        })
        .collect_view();
    view! {
        <div class="logto-claims__missing">
            <p>
                <span class="logto-chip logto-chip--absent">{reason.label(table)}</span>
                " "
                {about}
                " "
                {link(target, says, "")}
            </p>
            <p>{names}</p>
        </div>
    }
}

/// The browser follows it: to the page one is on, which a router takes for no change, or to a row
/// that a page has only once it is loaded.
pub(super) fn link(
    target: String,
    says: &'static str,
    class: &'static str,
) -> Option<impl IntoView> {
    (!target.is_empty()).then(|| view! { <a class=class href=target rel="external">{says}</a> })
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
    fn claims_that_are_missing_for_one_reason_share_a_line_and_a_scope_where_that_counts() {
        let lines = together(vec![
            missing("email", "email", Reason::NotAsked),
            missing("email_verified", "email", Reason::NotAsked),
            missing("phone_number", "phone", Reason::NotAsked),
            missing("address", "address", Reason::NotSet),
            missing("website", "profile", Reason::NotSet),
        ]);
        let lines: Vec<Vec<&str>> = lines
            .iter()
            .map(|line| line.iter().map(|claim| claim.name.as_str()).collect())
            .collect();
        let expected: [&[&str]; 3] = [
            &["email", "email_verified"],
            &["phone_number"],
            &["address", "website"],
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn the_head_of_a_group_has_what_most_of_its_claims_have() {
        assert_eq!(most_frequent(&["openid", "profile", "profile"]), "profile");
        assert_eq!(
            most_frequent(&["email", "email", "phone", "phone"]),
            "email"
        );
        assert_eq!(most_frequent(&[]), "");
    }
}

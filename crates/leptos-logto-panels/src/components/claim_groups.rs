//! The claims of the user-info panel, in groups: what most of a group has in common stands at its
//! head, and a row says only what differs.

use leptos::tachys::html::InertElement;
use leptos_logto::{Texts, Viewer, scope_address, texts::fill};
use maud::{Markup, PreEscaped, html};

use super::claim_value::{claim_value, isolated};
use crate::{
    model::{ClaimGroup, ClaimRow, ClaimSource, MissingClaim, Reason, UserInfo},
    panel_texts::PanelTexts,
};

/// What the groups are written with.
pub(super) struct Writer {
    pub table: &'static PanelTexts,
    pub texts: &'static Texts,
    /// Whose claims they are.
    pub viewer: Option<Viewer>,
    /// The page of scopes. An empty one is not linked.
    pub scopes: String,
}

impl Writer {
    /// The claims in their groups, and as JSON: one element, which the browser takes as it is.
    pub(super) fn claims(&self, info: &UserInfo) -> InertElement {
        let texts = &self.table.user_info;
        // The JSON has nothing that HTML would read (`UserInfo::json`).
        let html = html! {
            div.logto-user-info-panel__claims {
                @for which in ClaimGroup::ALL { (self.group(which, info)) }
                details.logto-user-info-panel__json {
                    summary { (texts.as_json) }
                    p.logto-quiet { (texts.as_json_about) }
                    textarea readonly rows="14" spellcheck="false" aria-label=(texts.as_json) { (PreEscaped(&info.json)) }
                }
            }
        };
        InertElement::new(html.into_string())
    }

    /// A group; nothing where it has no claims.
    fn group(&self, which: ClaimGroup, info: &UserInfo) -> Markup {
        let (claims, missing) = (info.claims.iter(), info.missing.iter());
        let claims: Vec<_> = claims.filter(|claim| claim.group == which).collect();
        let missing: Vec<_> = missing.filter(|claim| claim.group == which).collect();
        if claims.is_empty() && missing.is_empty() {
            return Markup::default();
        }
        let title = which.label(self.table);
        let common = Common::of(self.table, &claims);
        let line = html! {
            @if !claims.is_empty() { (self.common_line(&common)) }
        };
        let rows = html! {
            dl {
                @for claim in &claims { (self.row(claim, &common)) }
            }
        };
        if which == ClaimGroup::Protocol {
            let names = claims.iter().map(|claim| &*claim.name);
            let names = names.collect::<Vec<_>>().join(", ");
            return html! {
                section.logto-claims {
                    details.logto-claims__protocol {
                        summary { h2 { (title) } " " code { (names) } }
                        p.logto-quiet { (self.table.user_info.protocol_about) }
                        (line)
                        (rows)
                    }
                }
            };
        }
        html! {
            section.logto-claims {
                div.logto-claims__head { h2 { (title) } (line) }
                (rows)
                @for claims in together(missing) { (self.missing_line(&claims)) }
            }
        }
    }

    fn common_line(&self, common: &Common) -> Markup {
        let texts = &self.table.user_info;
        html! {
            p.logto-claims__common {
                @if !common.scope.is_empty() {
                    (self.texts.label(texts.scope)) code { (common.scope) } " · "
                }
                (self.hidden_label(texts.from)) (common.source)
            }
        }
    }

    /// A label for screen readers, where the place says it to who sees it.
    fn hidden_label(&self, label: &str) -> Markup {
        html! { span.logto-visually-hidden { (self.texts.label(label)) } }
    }

    fn row(&self, claim: &ClaimRow, common: &Common) -> Markup {
        let texts = &self.table.user_info;
        let source = claim.source.label(self.table);
        let scope_differs = scope(claim) != common.scope;
        let old = match &claim.source {
            ClaimSource::Different(old) => Some(old),
            _ => None,
        };
        let marks = html! {
            @if source != common.source {
                span { (self.hidden_label(texts.from)) (source) } " "
            }
            @if scope_differs {
                span {
                    (self.hidden_label(texts.scope))
                    code { (claim.scope.as_deref().unwrap_or("–")) }
                } " "
            }
            @if old.is_some() {
                span.logto-chip."logto-chip--warning" { (texts.different) }
            }
        };
        html! {
            div.logto-claim data-claim=(claim.name) {
                dt.logto-claim__name {
                    @if let Some(label) = &claim.label { span { (label) } " " }
                    code { (isolated(&claim.name)) }
                }
                dd.logto-claim__value {
                    @if let Some(old) = old {
                        dl.logto-claims__different {
                            div { dt { (texts.from_userinfo) } dd { (claim_value(self, &claim.value)) } }
                            div { dt { (texts.from_id_token) } dd { (claim_value(self, old)) } }
                        }
                        p.logto-claims__note { (texts.different_about) }
                    } @else {
                        (claim_value(self, &claim.value))
                    }
                }
                @if !marks.0.is_empty() { dd.logto-claim__marks { (marks) } }
            }
        }
    }

    fn missing_line(&self, claims: &[&MissingClaim]) -> Markup {
        let texts = &self.table.user_info;
        let (scope, reason) = (&claims[0].scope, claims[0].reason);
        // The way to userinfo stands once, above the groups.
        let says = match reason {
            Reason::NotAsked | Reason::SwitchedOff => texts.turn_on,
            Reason::NotGranted => texts.see_scopes,
            Reason::NotFetched | Reason::Unavailable | Reason::NotSet => "",
        };
        html! {
            div.logto-claims__missing {
                p {
                    span.logto-chip."logto-chip--absent" { (reason.label(self.table)) }
                    " " (fill(reason.about(self.table), "scope", scope)) " "
                    @if !says.is_empty() && !self.scopes.is_empty() {
                        // The browser goes there: a router finds no row that comes with the page's data.
                        a href=(scope_address(&self.scopes, scope)) rel="external" { (says) }
                    }
                }
                p {
                    @for (index, claim) in claims.iter().enumerate() {
                        @if index > 0 { ", " }
                        @if let Some(label) = &claim.label { (label) " " }
                        code data-claim=(claim.name) { (isolated(&claim.name)) }
                    }
                }
            }
        }
    }
}

/// What most claims of a group have in common.
struct Common {
    source: &'static str,
    scope: String,
}

impl Common {
    fn of(table: &PanelTexts, claims: &[&ClaimRow]) -> Self {
        let sources: Vec<_> = claims
            .iter()
            .map(|claim| claim.source.label(table))
            .collect();
        let scopes: Vec<_> = claims.iter().map(|claim| scope(claim)).collect();
        Self {
            source: most_frequent(&sources),
            scope: most_frequent(&scopes).to_owned(),
        }
    }
}

/// The scope of a claim; empty when it has none.
fn scope(claim: &ClaimRow) -> &str {
    claim.scope.as_deref().unwrap_or_default()
}

/// The most frequent of these texts, the first of several. There are few different ones.
fn most_frequent<'a>(texts: &[&'a str]) -> &'a str {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for text in texts {
        match counts.iter_mut().find(|(known, _)| known == text) {
            Some((_, count)) => *count += 1,
            None => counts.push((text, 1)),
        }
    }
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.map(|(text, _)| text).unwrap_or_default()
}

/// Claims that are missing for one reason, and have one way to them.
fn together(missing: Vec<&MissingClaim>) -> Vec<Vec<&MissingClaim>> {
    let mut all: Vec<Vec<&MissingClaim>> = Vec::new();
    for claim in missing {
        let is_alike = |other: &MissingClaim| {
            other.reason == claim.reason
                && (other.scope == claim.scope || !claim.reason.is_of_scope())
        };
        match all.iter_mut().find(|claims| is_alike(claims[0])) {
            Some(claims) => claims.push(claim),
            None => all.push(vec![claim]),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(name: &'static str, scope: &'static str, reason: Reason) -> MissingClaim {
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
        let missing = [
            missing("email", "email", Reason::NotAsked),
            missing("email_verified", "email", Reason::NotAsked),
            missing("phone_number", "phone", Reason::NotAsked),
            missing("address", "address", Reason::NotSet),
            missing("website", "profile", Reason::NotSet),
        ];
        let lines = together(missing.iter().collect());
        let lines: Vec<Vec<&str>> = lines
            .iter()
            .map(|line| line.iter().map(|claim| &*claim.name).collect())
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

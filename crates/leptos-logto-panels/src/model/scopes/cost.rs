use leptos_logto::texts::fill;
use serde::{Deserialize, Serialize};

use crate::panel_texts::PanelTexts;

/// What applying a change of a scope needs, the cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ScopeCost {
    /// Nothing: its claims are cached, or there is nothing to remove.
    Nothing,
    /// A new token, which the server gets for itself.
    Token,
    /// A new token, and then a request to the userinfo endpoint.
    TokenAndUserInfo,
    /// A new authorization: the browser goes to Logto, where the person may have to sign in.
    SignIn,
}

/// The text that says how many changes there are and what applying them needs; empty without
/// changes.
#[must_use]
pub(crate) fn summary(costs: &[ScopeCost], table: &PanelTexts) -> String {
    let texts = &table.scopes;
    let Some(highest) = costs.iter().max() else {
        return String::new();
    };
    let changes = match costs.len() {
        1 => texts.one_change.to_owned(),
        count => fill(texts.many_changes, "count", &count.to_string()),
    };
    let sign_ins = costs.iter().filter(|cost| **cost == ScopeCost::SignIn);
    let takes = match (sign_ins.count(), costs.len()) {
        (0, _) if *highest == ScopeCost::Nothing => texts.take_nothing.to_owned(),
        (0, _) if *highest == ScopeCost::TokenAndUserInfo => {
            texts.take_token_and_user_info.to_owned()
        }
        (0, _) => texts.take_token.to_owned(),
        (1, 1) => texts.it_signs_in.to_owned(),
        (1, _) => texts.one_signs_in.to_owned(),
        (count, _) => fill(texts.many_sign_in, "count", &count.to_string()),
    };
    fill(&fill(texts.summary, "changes", &changes), "takes", &takes)
}

use std::{collections::HashMap, fmt::Write as _};

use leptos_logto::{
    server::{PicturePolicy, moment, moment_in_milliseconds},
    texts::fill,
};
use logto::{exact_number, is_blank};
use serde_json::Value;

use super::json::Exact;
use crate::{
    model::{ClaimPart, ClaimValue},
    panel_texts::{PanelTexts, use_panel_texts},
};

/// A value nested deeper than this is shown as JSON.
const DEEPEST: usize = 5;

/// Reads values for people.
pub(super) struct Reader {
    pub(super) texts: &'static PanelTexts,
    pictures: PicturePolicy,
    /// Names of organizations, by id.
    organizations: HashMap<String, String>,
}

impl Reader {
    /// A reader that knows the organizations that are named anywhere in these claims.
    pub(super) fn new(claims: [&[(String, Value)]; 2], pictures: PicturePolicy) -> Self {
        let data = claims.into_iter().flatten();
        let data = data.filter(|(name, _)| name == "organization_data");
        let named = data
            .filter_map(|(_, value)| value.as_array())
            .flatten()
            .filter_map(|organization| {
                let text = |name: &str| Some(organization.get(name)?.as_str()?.to_owned());
                Some((text("id")?, text("name")?))
            })
            .filter(|(_, name)| !is_blank(name));
        Self {
            texts: use_panel_texts(),
            pictures,
            organizations: named.collect(),
        }
    }

    pub(super) fn read(&self, name: &str, value: &Value) -> ClaimValue {
        let known = match (name, value) {
            // Logto sends these in milliseconds, where OpenID Connect has seconds.
            ("created_at" | "updated_at", Value::Number(number)) => number
                .as_i64()
                .and_then(moment_in_milliseconds)
                .map(ClaimValue::Time),
            ("exp" | "iat" | "auth_time", Value::Number(number)) => {
                number.as_i64().and_then(moment).map(ClaimValue::Time)
            }
            ("picture", Value::String(address)) if !address.is_empty() => {
                Some(self.picture(address))
            }
            ("organizations", Value::Array(ids)) if !ids.is_empty() => {
                Some(self.organizations(ids))
            }
            ("organization_roles", Value::Array(roles)) if !roles.is_empty() => {
                Some(ClaimValue::List(
                    roles
                        .iter()
                        .map(|role| self.organization_role(role))
                        .collect(),
                ))
            }
            _ => None,
        };
        known.unwrap_or_else(|| self.tree(value, 0))
    }

    fn picture(&self, address: &str) -> ClaimValue {
        if self.pictures.allows(address) {
            return ClaimValue::Picture(address.to_owned());
        }
        ClaimValue::Described {
            text: self.texts.user_info.picture_refused.to_owned(),
            exact: address.to_owned(),
        }
    }

    /// Ids say nothing to a person: without a single name it is said how many there are.
    fn organizations(&self, ids: &[Value]) -> ClaimValue {
        let list = ClaimValue::List(ids.iter().map(|id| self.organization(id)).collect());
        if !self.organizations.is_empty() {
            return list;
        }
        let texts = &self.texts.user_info;
        let text = match ids.len() {
            1 => texts.one_organization.to_owned(),
            count => fill(texts.many_organizations, "count", &count.to_string()),
        };
        ClaimValue::Folded {
            text,
            value: Box::new(list),
        }
    }

    fn organization(&self, id: &Value) -> ClaimValue {
        let name = id.as_str().and_then(|id| self.organizations.get(id));
        match (id, name) {
            (Value::String(id), Some(name)) => ClaimValue::Described {
                text: name.clone(),
                exact: id.clone(),
            },
            _ => self.tree(id, 1),
        }
    }

    /// `<organization id>:<role name>`, where the name may hold colons itself. Where the name of the
    /// organization is not known, the role stands alone.
    fn organization_role(&self, role: &Value) -> ClaimValue {
        let Some((id, name)) = role.as_str().and_then(|role| role.split_once(':')) else {
            return self.tree(role, 1);
        };
        let text = match self.organizations.get(id) {
            Some(organization) => {
                let text = fill(self.texts.user_info.role_in, "organization", organization);
                fill(&text, "role", name)
            }
            None => name.to_owned(),
        };
        ClaimValue::Described {
            text,
            exact: format!("{id}:{name}"),
        }
    }

    fn tree(&self, value: &Value, depth: usize) -> ClaimValue {
        if let Some(number) = exact_number(value) {
            return ClaimValue::Text(number.to_owned());
        }
        match value {
            Value::Null => ClaimValue::Null,
            Value::String(text) if text.is_empty() => ClaimValue::Empty("\"\"".to_owned()),
            Value::String(text) if is_blank(text) => ClaimValue::Described {
                text: self.texts.user_info.invisible.to_owned(),
                exact: escaped(text),
            },
            Value::String(text) => ClaimValue::Text(text.clone()),
            Value::Bool(_) | Value::Number(_) => ClaimValue::Text(value.to_string()),
            Value::Array(values) if values.is_empty() => ClaimValue::Empty("[]".to_owned()),
            Value::Object(parts) if parts.is_empty() => ClaimValue::Empty("{}".to_owned()),
            _ if depth == DEEPEST => {
                ClaimValue::Json(serde_json::to_string(&Exact(value)).unwrap_or_default())
            }
            Value::Array(values) => ClaimValue::List(
                values
                    .iter()
                    .map(|value| self.tree(value, depth + 1))
                    .collect(),
            ),
            Value::Object(parts) => {
                let part = |(name, value): (&String, &Value)| ClaimPart {
                    name: if is_blank(name) {
                        escaped(name)
                    } else {
                        name.clone()
                    },
                    value: self.tree(value, depth + 1),
                };
                ClaimValue::Parts(parts.iter().map(part).collect())
            }
        }
    }
}

/// So much of a text that shows nothing is shown.
const LONGEST_ESCAPED: usize = 16;

/// A text that shows nothing, as JSON can have it: `"\u0000\u200b"`.
fn escaped(text: &str) -> String {
    let mut units = text.encode_utf16();
    let mut shown = String::new();
    for unit in units.by_ref().take(LONGEST_ESCAPED) {
        // Writing to a String does not fail.
        let _ = write!(shown, "\\u{unit:04x}");
    }
    if units.next().is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

//! Claims, described for a person: value, source, scope, and why one is not there.

mod catalogue;
mod json;
mod reason;
#[cfg(test)]
mod tests;
mod value;

use std::borrow::Cow;

use leptos_logto::server::{PicturePolicy, for_page, stays_as_it_is, text_stays};
use logto::{Claims, Scopes};
use serde_json::Value;

use self::{catalogue::CATALOGUE, value::Reader};
use crate::{
    model::{ClaimGroup, ClaimRow, ClaimSource, Fetch, MissingClaim, UserInfo},
    panel_texts::PanelTexts,
};

/// Claims about the token and not about the person, which have done their work when it was
/// verified.
const HIDDEN: [&str; 2] = ["nonce", "at_hash"];
/// Claims that nobody misses: the address of a page about the person elsewhere, which has the name
/// of a scope, and a second username.
const NOT_MISSED: [&str; 2] = ["profile", "preferred_username"];
/// Claims whose order says nothing.
const SETS: [&str; 4] = [
    "roles",
    "organizations",
    "organization_data",
    "organization_roles",
];

/// What the description of claims is made from: ID token, userinfo, and the scopes of the sign-in.
pub(super) struct ClaimSources<'a> {
    pub id_token: &'a Claims,
    pub userinfo: UserInfoAnswer<'a>,
    /// The scopes that were requested and granted at the sign-in, and those that the person has
    /// switched off.
    pub asked: &'a Scopes,
    pub granted: &'a Scopes,
    pub switched_off: &'a Scopes,
    pub pictures: PicturePolicy,
}

/// The answer of the userinfo endpoint.
#[derive(Clone, Copy)]
pub(super) enum UserInfoAnswer<'a> {
    NotRequested,
    Unavailable,
    Answered(&'a Claims),
}

impl UserInfoAnswer<'_> {
    fn fetch(&self) -> Fetch {
        match self {
            Self::NotRequested => Fetch::NotAsked,
            Self::Unavailable => Fetch::Unavailable,
            Self::Answered(_) => Fetch::Answered,
        }
    }
}

/// The claims that a scope brings.
pub(super) fn brought_by(scope: &str) -> impl Iterator<Item = &'static str> + Clone {
    let entries = catalogue::CATALOGUE.iter();
    entries
        .filter(move |entry| entry.scope == Some(scope))
        .map(|entry| entry.name)
}

pub(super) fn describe(sources: &ClaimSources) -> UserInfo {
    let from_token = shown(sources.id_token);
    let from_userinfo = match sources.userinfo {
        UserInfoAnswer::Answered(claims) => shown(claims),
        UserInfoAnswer::NotRequested | UserInfoAnswer::Unavailable => Vec::new(),
    };
    let reader = Reader::new([&from_userinfo, &from_token], sources.pictures);
    let mut claims: Vec<ClaimRow> = Vec::new();
    for (name, value) in &from_token {
        let fetched = from_userinfo.iter().find(|(other, _)| other == name);
        let (value, source) = match fetched.map(|(_, fetched)| fetched) {
            None => (value, ClaimSource::IdToken),
            Some(fetched) if same(name, value, fetched) => (value, ClaimSource::Both),
            Some(fetched) => (fetched, ClaimSource::Different(reader.read(name, value))),
        };
        claims.push(row(&reader, name, value, source));
    }
    for (name, value) in &from_userinfo {
        if !from_token.iter().any(|(other, _)| other == name) {
            claims.push(row(&reader, name, value, ClaimSource::UserInfo));
        }
    }
    // In the order of the catalogue; what is not in it, as it came, after the others of its group.
    claims.sort_by_cached_key(|claim| (claim.group as usize, catalogue::position(&claim.name)));
    let absent = |entry: &&catalogue::Entry| {
        let mut came = from_token.iter().chain(&from_userinfo);
        !NOT_MISSED.contains(&entry.name) && !came.any(|(name, _)| name == entry.name)
    };
    let missing = CATALOGUE.iter().filter(absent).filter_map(|entry| {
        Some(MissingClaim {
            name: entry.name.into(),
            label: label(reader.texts, entry.name),
            group: entry.group,
            scope: entry.scope?.into(),
            reason: reason::reason(entry.scope?, sources),
        })
    });
    let mut all = from_token.iter().chain(&from_userinfo);
    let all_stay = all.all(|(name, value)| text_stays(name) && stays_as_it_is(value));
    let info = UserInfo {
        claims,
        missing: missing.collect(),
        fetch: sources.userinfo.fetch(),
        json: json::text(from_token, from_userinfo),
    };
    if all_stay { info } else { for_page(info) }
}

/// The claims that are shown, as they came.
fn shown(claims: &Claims) -> Vec<(String, Value)> {
    let mut entries = claims.entries();
    entries.retain(|(name, _)| !HIDDEN.contains(&name.as_str()));
    entries
}

fn same(name: &str, one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) if SETS.contains(&name) => {
            one.len() == other.len() && one.iter().all(|value| other.contains(value))
        }
        _ => one == other,
    }
}

fn label(texts: &PanelTexts, name: &str) -> Option<Cow<'static, str>> {
    texts.claims.text(name).map(Cow::Borrowed)
}

fn row(reader: &Reader, name: &str, value: &Value, source: ClaimSource) -> ClaimRow {
    let entry = catalogue::find(name);
    ClaimRow {
        name: entry.map_or_else(|| name.to_owned().into(), |entry| entry.name.into()),
        label: label(reader.texts, name),
        group: entry.map_or(ClaimGroup::Custom, |entry| entry.group),
        value: reader.read(name, value),
        source,
        scope: entry.and_then(|entry| entry.scope).map(Cow::Borrowed),
    }
}

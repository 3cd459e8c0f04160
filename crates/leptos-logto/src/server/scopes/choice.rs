//! A choice of scopes, and how the page learns what came of it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use logto::{Scopes, scope};
use logto_axum::{Auth, Error, Outcome, ReturnTo, ScopeChoice, SignInRequest, SignedIn};

use super::{super::refuse, permissions::Permissions};
use crate::model::ScopeNotice;

/// What stands in the address of a page that is to say what came of a choice.
const TOLD: &str = "scopes";
const APPLIED: &str = "applied";
const UNCHANGED: &str = "unchanged";
const REFUSED: &str = "refused";
const UNAVAILABLE: &str = "unavailable";
/// With the mark of the session that asked. Nothing else tells a new authorization from a cancelled one: Logto sends both
/// to the same page.
const ASKED: &str = "asked-";

/// Makes `chosen` the scopes in use, and says where the browser goes.
pub(crate) async fn choose(auth: &Auth, chosen: &[String], return_to: Option<&str>) -> Outcome {
    let page = return_to.map(ReturnTo::parse).unwrap_or_default();
    match decide(auth, chosen, &page).await {
        Ok(outcome) => outcome,
        Err(Error::SignedOut) => {
            let request = SignInRequest {
                return_to: page,
                ..SignInRequest::default()
            };
            auth.begin_sign_in(request).await
        }
        Err(Error::NotOffered) => back(&page, REFUSED),
        Err(error) => {
            let _ = refuse(error);
            back(&page, UNAVAILABLE)
        }
    }
}

async fn decide(auth: &Auth, chosen: &[String], page: &ReturnTo) -> Result<Outcome, Error> {
    let person = auth.signed_in()?;
    let config = auth.app().client().config();
    let chosen: Scopes = chosen.iter().collect();
    if !chosen.is_subset(&auth.app().offered_scopes()) {
        return Err(Error::NotOffered);
    }
    let mut wanted = Scopes::from_iter(scope::RESERVED).union(&chosen);
    let organization_permissions: Scopes = config.organization_permissions.iter().collect();
    if !wanted.intersection(&organization_permissions).is_empty() {
        // Without it there is no token for an organization (`refresh organization_id=acme without …`).
        wanted.insert(scope::ORGANIZATIONS);
    }
    let asked = told(page, &format!("{ASKED}{}", mark(person)));
    let permissions = Permissions::ask(auth, person, config).await?;
    // Their switches are off. Whoever presses one asks again; whoever does not leaves them as they are.
    let refused = permissions.refused;
    let reserved = Scopes::from_iter(scope::RESERVED);
    let held = person.held().difference(&refused).union(&reserved);
    if !wanted.is_subset(&held) {
        let request = SignInRequest {
            return_to: asked,
            scopes: Some(wanted),
            ..SignInRequest::default()
        };
        return Ok(auth.begin_sign_in(request).await);
    }
    Ok(
        match auth.choose_scopes(&wanted.union(&refused), asked).await? {
            ScopeChoice::Applied { changed: true } => back(page, APPLIED),
            ScopeChoice::Applied { changed: false } => back(page, UNCHANGED),
            ScopeChoice::SignIn(outcome) => outcome,
        },
    )
}

/// What the word in the address means for the session as it is now. A word that is none of ours means nothing, so no link
/// can put text on the page (CB-15).
pub(super) fn notice(told: &str, person: &SignedIn, refused: Vec<String>) -> Option<ScopeNotice> {
    Some(match told {
        APPLIED => ScopeNotice::Applied,
        UNCHANGED => ScopeNotice::Unchanged,
        REFUSED => ScopeNotice::Refused,
        UNAVAILABLE => ScopeNotice::Unavailable,
        told => {
            let asker = told.strip_prefix(ASKED)?;
            if asker == mark(person) {
                ScopeNotice::Cancelled
            } else if refused.is_empty() {
                ScopeNotice::Granted
            } else {
                ScopeNotice::NotGranted(refused)
            }
        }
    })
}

/// Tells one authorization from another. It says nothing about either.
fn mark(person: &SignedIn) -> String {
    let mut hasher = DefaultHasher::new();
    person
        .claims
        .get("nonce")
        .map(|nonce| nonce.to_string())
        .hash(&mut hasher);
    person.signed_in_at.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn back(page: &ReturnTo, word: &str) -> Outcome {
    Outcome {
        location: told(page, word).to_string(),
        cookie: None,
    }
}

/// The page with the word in its query, in the place of an earlier one.
fn told(page: &ReturnTo, word: &str) -> ReturnTo {
    let (rest, fragment) = match page.as_str().split_once('#') {
        Some((rest, fragment)) => (rest, format!("#{fragment}")),
        None => (page.as_str(), String::new()),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let is_ours = |pair: &&str| pair.split('=').next() == Some(TOLD);
    let others = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_ours(pair));
    let word = format!("{TOLD}={word}");
    let query: Vec<&str> = others.chain([&*word]).collect();
    ReturnTo::parse(&format!("{path}?{}{fragment}", query.join("&")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(nonce: &str) -> SignedIn {
        SignedIn {
            claims: serde_json::from_value(json!({ "sub": "u1", "nonce": nonce })).unwrap(),
            scope: Scopes::new(),
            asked: Scopes::new(),
            switched_off: Scopes::new(),
            signed_in_at: 7,
            ends_at: 9,
        }
    }

    #[test]
    fn the_page_learns_it_by_one_word_beside_its_own_query() {
        let told = |page: &str| told(&ReturnTo::parse(page), "applied").to_string();
        assert_eq!(told("/scopes"), "/scopes?scopes=applied");
        assert_eq!(told("/scopes?scopes=asked-1"), "/scopes?scopes=applied");
        assert_eq!(
            told("/scopes?a=b&scopes=x&scopes&scopesx=c#d"),
            "/scopes?a=b&scopesx=c&scopes=applied#d"
        );
        assert_eq!(told("https://evil.example/"), "/?scopes=applied");
    }

    /// CB-15
    #[test]
    fn a_word_of_somebody_else_says_nothing() {
        for word in ["", "asked", "evil", "<script>", "applied "] {
            assert_eq!(
                notice(word, &person("a"), vec!["email".into()]),
                None,
                "{word}"
            );
        }
        assert_eq!(
            notice("applied", &person("a"), Vec::new()),
            Some(ScopeNotice::Applied)
        );
    }

    #[test]
    fn only_another_authorization_is_one() {
        let word = format!("{ASKED}{}", mark(&person("before")));
        let notice = |nonce, refused| notice(&word, &person(nonce), refused).unwrap();
        assert_eq!(notice("before", vec!["a".into()]), ScopeNotice::Cancelled);
        assert_eq!(notice("after", Vec::new()), ScopeNotice::Granted);
        let refused = vec!["a".to_owned()];
        assert_eq!(
            notice("after", refused.clone()),
            ScopeNotice::NotGranted(refused)
        );
    }

    #[test]
    fn the_mark_of_a_session_does_not_give_its_nonce_away() {
        assert_eq!(mark(&person("nonce")).len(), 16);
        assert!(!mark(&person("nonce")).contains("nonce"));
    }
}

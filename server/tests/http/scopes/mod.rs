//! The page of scopes, and the form on it as a browser without scripts posts it.

mod authorization;
mod page;
mod refusals;
mod switches;

use crate::helpers::{Answer, Browser};

const SESSIONS: &str = "urn:logto:scope:sessions";
pub const ORGANIZATIONS: &str = "urn:logto:scope:organizations";

/// One row of the page.
pub struct Row {
    pub scope: String,
    pub html: String,
}

impl Row {
    pub fn all(page: &str) -> Vec<Self> {
        let rows = page.split("<li data-scope=\"").skip(1);
        rows.map(|rest| {
            let (scope, rest) = rest.split_once('"').unwrap();
            let (html, _) = rest.split_once("</li>").unwrap();
            Self {
                scope: scope.to_owned(),
                html: html.to_owned(),
            }
        })
        .collect()
    }

    pub fn of(page: &str, scope: &str) -> Self {
        let mut all = Self::all(page).into_iter();
        all.find(|row| row.scope == scope).expect(scope)
    }

    pub fn input(&self) -> &str {
        let (_, input) = self.html.split_once("<input").unwrap();
        input.split_once('>').unwrap().0
    }

    pub fn is_on(&self) -> bool {
        self.input().contains(" checked")
    }

    pub fn is_fixed(&self) -> bool {
        self.input().contains(" disabled")
    }

    /// Whether it is sent although its switch cannot be pressed.
    pub fn is_kept(&self) -> bool {
        self.html.contains("type=\"hidden\"")
    }

    /// Whether it is marked as one whose change needs a redirect to Logto.
    pub fn leads_to_logto(&self) -> bool {
        self.says(">Redirect to Logto<")
    }

    pub fn state(&self) -> &str {
        let (_, summary) = self.html.split_once("<summary>").unwrap();
        summary.split_once("</summary>").unwrap().0
    }

    pub fn says(&self, text: &str) -> bool {
        self.html.contains(text)
    }
}

/// What the form of a page sends, after these switches were pressed.
fn pressed(page: &str, switches: &[&str]) -> Vec<(String, String)> {
    let rows = Row::all(page);
    for scope in switches {
        let row = rows.iter().find(|row| row.scope == *scope).expect(scope);
        assert!(!row.is_fixed(), "{scope}");
    }
    let sent = rows.iter().filter(|row| {
        if row.is_fixed() {
            return row.is_kept();
        }
        row.is_on() != switches.contains(&&*row.scope)
    });
    let sent = sent.map(|row| ("scopes[]".to_owned(), row.scope.clone()));
    let (_, drawn) = page.split_once("name=\"drawn\" value=\"").unwrap();
    let (drawn, _) = drawn.split_once('"').unwrap();
    sent.chain([
        ("drawn".to_owned(), drawn.to_owned()),
        ("return_to".to_owned(), "/scopes".to_owned()),
    ])
    .collect()
}

/// Opens the page, presses these switches, and applies.
pub async fn press(browser: &mut Browser, switches: &[&str]) -> Answer {
    let page = browser.get("/scopes").await.body;
    press_on(browser, &page, switches).await
}

/// Presses these switches on a page that is open, and applies.
pub async fn press_on(browser: &mut Browser, page: &str, switches: &[&str]) -> Answer {
    let request = browser
        .form("/api/scopes/choose")
        .form(&pressed(page, switches));
    browser.send(request).await
}

pub const APPLIED: &str = "Changes applied. New tokens include only the scopes that are on.";
pub const UNCHANGED: &str = "No changes to apply.";

/// The title and the sentences of the notice about the last choice.
pub fn results(page: &str) -> Vec<String> {
    let Some((_, notice)) = page.split_once("logto-scope-toggles__notice") else {
        return Vec::new();
    };
    let (notice, _) = notice.split_once("logto-scope-toggles__bar").unwrap();
    let notice = notice.replace(" class=\"logto-notice__title\"", "");
    let sentences = notice.split("<p>").skip(1);
    sentences
        .map(|rest| {
            let (text, _) = rest.split_once("</p>").unwrap();
            let text = text
                .split('<')
                .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
            text.collect::<String>().trim().to_owned()
        })
        .collect()
}

/// The page that an answer redirects to, which shows this notice.
pub async fn page_with_notice(browser: &mut Browser, answer: &Answer, text: &str) -> String {
    let location = answer.location();
    assert_eq!(answer.status, 303);
    assert!(location.starts_with("/scopes?scopes="), "{location}");
    let page = browser.get(location).await.body;
    assert!(page.contains(text), "{text}");
    page
}

/// Presses these switches, signs in again, and opens the page it led back to.
pub async fn press_and_sign_in(browser: &mut Browser, switches: &[&str], username: &str) -> String {
    let answer = press(browser, switches).await;
    let back = browser.at_provider(answer.location(), username).await;
    let landed = browser.get(&back).await;
    assert!(
        landed.location().starts_with("/scopes?"),
        "{}",
        landed.location()
    );
    browser.get(landed.location()).await.body
}

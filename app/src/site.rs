//! What pages say about the installation they run in.

use std::{convert::Infallible, fmt, str::FromStr};

use leptos::prelude::*;
use leptos_i18n::Locale as _;

use crate::language::use_language;

/// The installation, as far as everybody may know it. As text it is a line with the API and the account center, then one for each
/// account, their parts between tabs: every page carries it, and so little is not worth a parser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The accounts of the embedded development identity provider; empty with a real Logto.
    pub accounts: Vec<Account>,
    /// The indicator of the orders API, where there is one.
    pub orders_api: Option<String>,
    /// The address of Logto's account settings, where the tenant has them.
    pub account_center: Option<String>,
}

/// An account of the development identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The username.
    pub username: String,
    /// The password. Known to everybody, which is why that provider refuses to run in production.
    pub password: String,
    /// A description of the person, in English.
    pub about: String,
    /// The same in other languages, each by its name.
    pub about_in: Vec<(String, String)>,
}

impl Account {
    /// The account with its description in a language, or in English if there is none in that one.
    fn in_language(mut self, language: &str) -> Self {
        let translated = self.about_in.drain(..).find(|(name, _)| name == language);
        if let Some((_, about)) = translated {
            self.about = about;
        }
        self
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |text: &str| text.replace(['\t', '\n'], " ");
        let optional = |text: &Option<String>| plain(text.as_deref().unwrap_or_default());
        f.write_str(&optional(&self.orders_api))?;
        write!(f, "\t{}", optional(&self.account_center))?;
        for account in &self.accounts {
            let parts = [&account.username, &account.password, &account.about];
            write!(f, "\n{}", parts.map(|part| plain(part)).join("\t"))?;
        }
        Ok(())
    }
}

impl FromStr for Site {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut lines = text.split('\n');
        let mut first = lines.next().unwrap_or_default().split('\t');
        let mut optional = || {
            let text = first.next().filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        Ok(Self {
            orders_api: optional(),
            account_center: optional(),
            accounts: lines
                .map(|line| {
                    let mut parts = line.split('\t').map(str::to_owned);
                    let mut part = || parts.next().unwrap_or_default();
                    Account {
                        username: part(),
                        password: part(),
                        about: part(),
                        about_in: Vec::new(),
                    }
                })
                .collect(),
        })
    }
}

impl Site {
    /// Takes the site from the server's context, or in the browser from the HTML, and hands it on.
    pub fn provide() {
        let site = SharedValue::new_str(|| {
            let mut site = use_context::<Self>().unwrap_or_default();
            let language = use_language().as_str();
            let accounts = site.accounts.into_iter();
            site.accounts = accounts
                .map(|account| account.in_language(language))
                .collect();
            site
        });
        provide_context(StoredValue::new(site.into_inner()));
    }

    /// The accounts to sign in with.
    pub fn accounts() -> Vec<Account> {
        Self::read(|site| site.accounts.clone())
    }

    /// The indicator of the orders API.
    pub fn orders_api() -> Option<String> {
        Self::read(|site| site.orders_api.clone())
    }

    /// The address of Logto's account settings.
    pub fn account_center() -> Option<String> {
        Self::read(|site| site.account_center.clone())
    }

    /// Reads the site that [`Site::provide`] handed on.
    fn read<T: Default>(read: impl FnOnce(&Self) -> T) -> T {
        use_context::<StoredValue<Self>>()
            .map(|site| site.with_value(read))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_read_as_it_was_written() {
        let account = |username: &str, about: &str| Account {
            username: username.into(),
            password: "pass word".into(),
            about: about.into(),
            about_in: Vec::new(),
        };
        let sites = [
            Site::default(),
            Site {
                accounts: vec![account("alice", "admin of <acme>"), account("bob", "")],
                ..Site::default()
            },
            Site {
                orders_api: Some("https://shop.example/api".into()),
                ..Site::default()
            },
            Site {
                account_center: Some("https://logto.example/account/security".into()),
                ..Site::default()
            },
        ];
        for site in sites {
            assert_eq!(site.to_string().parse(), Ok(site));
        }
        let odd = Site {
            accounts: vec![account("alice", "a\tb\nc")],
            ..Site::default()
        };
        assert_eq!(odd.to_string(), "\t\nalice\tpass word\ta b c");
    }

    #[test]
    fn an_account_is_described_in_the_language_of_the_page() {
        let account = Account {
            username: "alice".into(),
            password: String::new(),
            about: "admin of acme".into(),
            about_in: vec![("ja".into(), "acmeの管理者".into())],
        };
        assert_eq!(account.clone().in_language("ja").about, "acmeの管理者");
        assert_eq!(account.in_language("fr").about, "admin of acme");
    }
}

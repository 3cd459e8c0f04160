//! What pages say about the installation they run in.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The installation, as far as everybody may know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The accounts of the embedded development identity provider; empty with a real Logto.
    pub accounts: Vec<Account>,
    /// The indicator of the orders API, where there is one.
    pub orders_api: Option<String>,
}

/// An account of the development identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What to type.
    pub username: String,
    /// What to type below it. Known to everybody, which is why that provider refuses to run in production.
    pub password: String,
    /// Who that is, in English.
    pub about: String,
    /// The same in other languages, each by its name.
    pub about_in: Vec<(String, String)>,
}

impl Account {
    /// Who that is, in a language; in English when nobody wrote it in that one.
    #[must_use]
    pub fn about(&self, language: &str) -> &str {
        let told = self.about_in.iter().find(|(name, _)| name == language);
        told.map_or(&self.about, |(_, about)| about)
    }
}

impl Site {
    /// Takes the site from the server's context, or in the browser from the HTML, and hands it on.
    pub fn provide() {
        let site = SharedValue::new(|| use_context::<Self>().unwrap_or_default());
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

    /// Reads the site that [`Site::provide`] handed on.
    fn read<T: Default>(read: impl FnOnce(&Self) -> T) -> T {
        use_context::<StoredValue<Self>>()
            .map(|site| site.with_value(read))
            .unwrap_or_default()
    }
}

//! The texts of this crate's components, in one table that an application can replace.
//!
//! The default is [`Texts::ENGLISH`]. Another language, or another wording, is another table:
//!
//! ```
//! use leptos_logto::{Texts, provide_texts, texts::GeneralTexts};
//!
//! static OURS: Texts = Texts {
//!     general: GeneralTexts { sign_in: "Log in", ..Texts::ENGLISH.general },
//!     ..Texts::ENGLISH
//! };
//!
//! # fn in_the_root_component() {
//! provide_texts(&OURS);
//! # }
//! ```
//!
//! With a translation crate, [`texts_from!`](crate::texts_from) builds the table from a macro that
//! is called with `group.name` for each text, so that a missing translation does not compile. A
//! name in braces stands for a value.

mod english;
mod table;

use leptos::prelude::*;

pub use english::{
    AccountTexts, ErrorTexts, GeneralTexts, GuardTexts, OrganizationTexts, ProblemTexts,
    SessionTexts, SwitcherTexts, Texts, TimeTexts,
};

impl Texts {
    /// A label before a value, with the colon of the language.
    #[must_use]
    pub fn label(&self, name: &str) -> String {
        fill(self.general.label, "name", name)
    }
}

/// The table in use, in context.
#[derive(Clone, Copy)]
struct Provided(&'static Texts);

/// Sets the texts of the components below, and of what the server writes for them.
pub fn provide_texts(texts: &'static Texts) {
    provide_context(Provided(texts));
}

/// The texts in use: those of [`provide_texts`], else the English ones.
#[must_use]
pub fn use_texts() -> &'static Texts {
    static ENGLISH: Texts = Texts::ENGLISH;
    use_context::<Provided>().map_or(&ENGLISH, |Provided(texts)| texts)
}

/// A text with code in the place of a name in braces.
#[must_use]
pub fn fill_code(text: &'static str, name: &str, code: String) -> impl IntoView + use<> {
    let place = format!("{{{name}}}");
    let (before, after) = text.split_once(&*place).unwrap_or((text, ""));
    view! {
        {before}
        <code>{code}</code>
        {after}
    }
}

/// Replaces a name in braces in a text by a value.
#[must_use]
pub fn fill(text: &str, name: &str, value: &str) -> String {
    let mut filled = String::with_capacity(text.len() + value.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let after_name = after.strip_prefix(name);
        if let Some(after) = after_name.and_then(|after| after.strip_prefix('}')) {
            filled.push_str(value);
            rest = after;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_english_unless_others_are_provided() {
        let owner = Owner::new();
        owner.with(|| assert_eq!(use_texts().general.sign_in, "Sign in"));
    }

    #[test]
    fn a_table_can_be_replaced_for_everything_below() {
        static OURS: Texts = Texts {
            general: GeneralTexts {
                sign_in: "Log in",
                ..Texts::ENGLISH.general
            },
            ..Texts::ENGLISH
        };
        let owner = Owner::new();
        owner.with(|| {
            provide_texts(&OURS);
            assert_eq!(use_texts().general.sign_in, "Log in");
            assert_eq!(use_texts().general.try_again, "Try again");
        });
    }

    #[test]
    fn a_value_replaces_its_name_in_braces() {
        assert_eq!(fill("{count} claims", "count", "3"), "3 claims");
        let text = "{count} of {all}, {count}} {{count} {";
        assert_eq!(fill(text, "count", "3"), "3 of {all}, 3} {3 {");
        assert_eq!(fill("no name in braces", "count", "3"), "no name in braces");
    }
}

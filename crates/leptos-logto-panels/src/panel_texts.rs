//! The texts of this crate's components, in one table that an application can replace as
//! [`leptos_logto::texts`] says: [`PanelTexts::ENGLISH`] unless [`provide_panel_texts`] sets
//! another one, and [`panel_texts_from!`](crate::panel_texts_from) to fill it from a translation
//! crate. What both crates say, such as "Sign in", is in the table of `leptos-logto`.

mod english;

use leptos::prelude::*;

pub use english::{
    ClaimNames, CopyTexts, CountdownTexts, PanelTexts, PermissionTexts, PersonTexts, ScopeTexts,
    SessionListTexts, TokenTexts, UserInfoTexts,
};

/// The table in use, in context.
#[derive(Clone, Copy)]
struct Provided(&'static PanelTexts);

/// Sets the texts of the panels below, and of what the server writes for them.
pub fn provide_panel_texts(texts: &'static PanelTexts) {
    provide_context(Provided(texts));
}

/// The texts in use: those of [`provide_panel_texts`], else the English ones.
#[must_use]
pub fn use_panel_texts() -> &'static PanelTexts {
    static ENGLISH: PanelTexts = PanelTexts::ENGLISH;
    use_context::<Provided>().map_or(&ENGLISH, |Provided(texts)| texts)
}

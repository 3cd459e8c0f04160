use leptos::{
    ev::SubmitEvent,
    form::form_data_from_event,
    prelude::*,
    web_sys::{UrlSearchParams, wasm_bindgen::JsValue},
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// A form that asks a page something: its fields become the page's query, and the answer has an
/// address. A plain GET form; with JavaScript, the router goes there without loading a document,
/// and the page stays where it is scrolled to.
#[component]
pub fn QueryForm(
    /// The path of the page.
    #[prop(into)]
    page: String,
    /// Further classes.
    #[prop(optional, into)]
    class: String,
    /// The fields, and the button.
    children: Children,
) -> impl IntoView {
    let navigate = use_navigate();
    let action = page.clone();
    let submit = move |event: SubmitEvent| {
        let Ok(fields) = form_data_from_event(&event) else {
            return;
        };
        let fields: JsValue = fields.into();
        let Ok(query) = UrlSearchParams::new_with_str_sequence_sequence(&fields) else {
            return;
        };
        event.prevent_default();
        // The button, which says nothing.
        query.delete("");
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(
            &format!("{page}?{}", String::from(query.to_string())),
            options,
        );
    };
    view! {
        <form class=class method="get" action=action on:submit=submit>
            {children()}
        </form>
    }
}

use leptos::{
    prelude::*,
    wasm_bindgen::JsValue,
    web_sys::js_sys::{Date, Object, Reflect},
};

use crate::model::Moment;

/// A moment: in the HTML in UTC; with JavaScript, once the page listens, where the reader is and as they write it. What was
/// sent, and UTC, stay on the title.
#[component]
pub fn Time(
    /// Which.
    moment: Moment,
) -> impl IntoView {
    let Moment {
        words,
        machine,
        exact,
    } = moment;
    let title = format!("{words} ({exact})");
    let shown = RwSignal::new(words);
    let sent = machine.clone();
    // Later than hydration, which needs what the server wrote (LX-11).
    Effect::new(move |_| {
        if let Some(local) = local(&sent) {
            shown.set(local);
        }
    });
    view! { <time class="time" datetime=machine title=title>{move || shown.get()}</time> }
}

/// In the reader's time zone, in the language of the page.
fn local(machine: &str) -> Option<String> {
    let date = Date::new(&JsValue::from_str(machine));
    if date.get_time().is_nan() {
        return None;
    }
    let page = document().document_element()?.get_attribute("lang")?;
    let options = Object::new();
    for (name, style) in [("dateStyle", "medium"), ("timeStyle", "long")] {
        Reflect::set(&options, &name.into(), &style.into()).ok()?;
    }
    Some(date.to_locale_string(&locale(page), &options).into())
}

/// The reader's own variety of the page's language, if their browser names one: `en-GB` for a page in `en`.
fn locale(page: String) -> String {
    let wishes = window().navigator().languages();
    let own = wishes
        .iter()
        .filter_map(|wish| wish.as_string())
        .find(|wish| wish.split('-').next() == Some(page.as_str()));
    own.unwrap_or(page)
}

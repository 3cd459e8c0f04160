use leptos::{
    prelude::*,
    wasm_bindgen::JsValue,
    web_sys::{Element, js_sys::Date},
};

use crate::{
    model::{LocalTime, Moment, time_format},
    texts::use_texts,
};

/// A moment: in the HTML in UTC; with JavaScript, once the page is hydrated, in the reader's time
/// zone and the same format. The number that was sent, and the whole time in UTC, stay in the title.
#[component]
pub fn Time(
    /// The moment.
    moment: Moment,
    /// Whether seconds and time zone are in the title alone, as in a list.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let Moment {
        text,
        machine,
        exact,
        to_the_minute,
    } = moment;
    let format = if short {
        use_texts().time.short
    } else {
        time_format(to_the_minute)
    };
    let title = format!("{text} ({exact})");
    let in_utc = short.then(|| LocalTime::in_utc(&machine)).flatten();
    let text = in_utc.map_or(text, |time| time.format(format));
    let shown = RwSignal::new(text);
    let sent = machine.clone();
    // After hydration, which needs the text that the server rendered (LX-11).
    Effect::new(move |_| {
        if let Some(local) = local(&sent) {
            shown.set(local.format(format));
        }
    });
    view! { <time class="logto-time" datetime=machine title=title>{move || shown.get()}</time> }
}

/// Shows the times below an element in the reader's time zone, where the HTML is not made of
/// components: `<time class="logto-time" datetime="…">`, to the second. For an effect: on the server
/// there are no elements.
pub fn show_local_times(root: &Element) {
    let format = time_format(false);
    while let Ok(Some(time)) = root.query_selector("time.logto-time:not([data-local])") {
        let moment = time.get_attribute("datetime").unwrap_or_default();
        if let Some(local) = local(&moment) {
            time.set_text_content(Some(&local.format(format)));
        }
        if time.set_attribute("data-local", "").is_err() {
            break;
        }
    }
}

/// In the reader's time zone. `None` when the browser reads no time there.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a time zone is at most a day from UTC, in whole minutes"
)]
fn local(machine: &str) -> Option<LocalTime> {
    let date = Date::new(&JsValue::from_str(machine));
    if date.get_time().is_nan() {
        return None;
    }
    Some(LocalTime {
        year: i32::try_from(date.get_full_year()).ok()?,
        month: u8::try_from(date.get_month() + 1).ok()?,
        day: u8::try_from(date.get_date()).ok()?,
        hour: u8::try_from(date.get_hours()).ok()?,
        minute: u8::try_from(date.get_minutes()).ok()?,
        second: u8::try_from(date.get_seconds()).ok()?,
        offset: -(date.get_timezone_offset() as i32),
    })
}

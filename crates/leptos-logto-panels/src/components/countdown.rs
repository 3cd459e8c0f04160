use std::time::Duration;

use leptos::{prelude::*, web_sys::js_sys::Date};

use leptos_logto::texts::fill;

use crate::panel_texts::{PanelTexts, use_panel_texts};

/// The remaining lifetime of something: a small bar and the time left in words.
///
/// The server renders the time left, and without JavaScript it does not change. With it, the text
/// and the bar count down in readable steps, and a live region says when less than a minute is left
/// and when it is over.
#[component]
pub fn Countdown(
    /// The name of what expires, for the announcements.
    #[prop(into)]
    name: String,
    /// Seconds that were left when the server answered.
    left: u32,
    /// Its whole lifetime, in seconds.
    lifetime: u32,
) -> impl IntoView {
    let table = use_panel_texts();
    let now_left = RwSignal::new(left);
    let said = RwSignal::new(String::new());
    run(table, name, left, now_left, said);
    view! {
        <div class="logto logto-countdown" class:logto-countdown--short=move || is_short(now_left.get())>
            <progress
                class="logto-countdown__bar"
                max=lifetime.max(1).to_string()
                value=move || now_left.get().to_string()
                aria-hidden="true"
            ></progress>
            <span class="logto-countdown__left">{move || remaining(table, now_left.get())}</span>
            <span class="logto-visually-hidden" role="status">
                {move || said.get()}
            </span>
        </div>
    }
}

/// Counts down in the browser, by the time since hydration: the browser's clock may be wrong.
fn run(
    table: &'static PanelTexts,
    name: String,
    left: u32,
    now_left: RwSignal<u32>,
    said: RwSignal<String>,
) {
    let name = StoredValue::new(name);
    Effect::new(move |_| {
        let begun = Date::now();
        let tick = move || {
            let after = left.saturating_sub(seconds(Date::now() - begun));
            let before = now_left.get_untracked();
            if remaining(table, before) == remaining(table, after) {
                return;
            }
            now_left.set(after);
            if let Some(text) = announcement(table, before, after) {
                said.set(fill(text, "name", &name.get_value()));
            }
        };
        if let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || interval.clear());
        }
    });
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturation is intended"
)]
fn seconds(milliseconds: f64) -> u32 {
    (milliseconds / 1000.0) as u32
}

fn is_short(left: u32) -> bool {
    left < 60
}

/// The time left as text, in seconds, minutes or hours.
fn remaining(table: &PanelTexts, left: u32) -> String {
    let texts = &table.countdown;
    let (hours, minutes) = (left / 3600, left / 60 % 60);
    match left {
        0 => texts.over.to_owned(),
        1..60 => fill(texts.seconds, "seconds", &left.to_string()),
        60..3600 => fill(texts.minutes, "minutes", &minutes.to_string()),
        _ if minutes == 0 => fill(texts.whole_hours, "hours", &hours.to_string()),
        _ => fill(
            &fill(texts.hours, "hours", &hours.to_string()),
            "minutes",
            &minutes.to_string(),
        ),
    }
}

/// The announcement of the live region when the time left changes: below a minute, and at the end.
fn announcement(table: &PanelTexts, before: u32, after: u32) -> Option<&'static str> {
    if before == 0 {
        None
    } else if after == 0 {
        Some(table.countdown.now_over)
    } else {
        (!is_short(before) && is_short(after)).then_some(table.countdown.now_short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: PanelTexts = PanelTexts::ENGLISH;

    #[test]
    fn the_text_is_no_finer_than_a_person_can_use() {
        for (left, text) in [
            (0, "Expired"),
            (1, "1 s left"),
            (59, "59 s left"),
            (60, "1 min left"),
            (3599, "59 min left"),
            (3600, "1 h left"),
            (3660, "1 h 1 min left"),
            (7 * 24 * 3600 + 125, "168 h 2 min left"),
        ] {
            assert_eq!(remaining(&ENGLISH, left), text);
        }
    }

    #[test]
    fn only_the_last_minute_and_the_end_are_announced() {
        let said = |before, after| announcement(&ENGLISH, before, after);
        assert_eq!(said(3600, 3540), None);
        assert_eq!(said(60, 59), Some(ENGLISH.countdown.now_short));
        assert_eq!(said(59, 58), None);
        assert_eq!(said(1, 0), Some(ENGLISH.countdown.now_over));
        assert_eq!(
            said(120, 0),
            Some(ENGLISH.countdown.now_over),
            "after a sleep"
        );
        assert_eq!(said(0, 0), None);
    }

    #[test]
    fn a_clock_that_was_set_back_counts_as_no_time_gone() {
        assert_eq!(seconds(-5000.0), 0);
        assert_eq!(seconds(f64::NAN), 0);
        assert_eq!(seconds(61_999.0), 61);
    }
}

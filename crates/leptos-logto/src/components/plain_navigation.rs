use leptos::{
    prelude::*,
    web_sys::{
        Element, Event,
        js_sys::{Array, Function, Reflect},
        wasm_bindgen::{JsCast as _, closure::Closure},
    },
};

/// Leaves navigation to the browser for as long as it lives. While a page is being hydrated, the
/// router would change its address and nothing else, or hydrate the HTML of one page as another.
pub(super) struct PlainNavigation(Closure<dyn Fn(Event)>);

const EVENTS: [&str; 2] = ["click", "popstate"];

impl PlainNavigation {
    pub(super) fn begin() -> Self {
        let here = address();
        let leave = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if event.type_() == "popstate" {
                event.stop_immediate_propagation();
                if address() != here {
                    let _ = window().location().reload();
                }
            } else if is_on_link(&event) {
                event.stop_immediate_propagation();
            }
        });
        for event in EVENTS {
            let listener = leave.as_ref().unchecked_ref();
            let _ = window().add_event_listener_with_callback_and_bool(event, listener, true);
        }
        Self(leave)
    }
}

impl Drop for PlainNavigation {
    fn drop(&mut self) {
        for event in EVENTS {
            let listener = self.0.as_ref().unchecked_ref();
            let _ = window().remove_event_listener_with_callback_and_bool(event, listener, true);
        }
    }
}

/// What the router goes by: the address without its fragment.
pub(super) fn address() -> Option<String> {
    without_fragment(&window().location().href().ok()?)
}

/// Whether the address is no longer the one that the document was loaded from. Somebody has gone
/// back or forward among the pages of an earlier document, for which the browser loads nothing, and
/// the HTML is that of another page.
pub(super) fn is_of_another_address() -> bool {
    match (loaded_from(), address()) {
        (Some(loaded), Some(address)) => loaded != address,
        _ => false,
    }
}

/// The name of the navigation timing entry (Navigation Timing Level 2), which stays.
fn loaded_from() -> Option<String> {
    let performance = Reflect::get(&window(), &"performance".into()).ok()?;
    let entries = Reflect::get(&performance, &"getEntriesByType".into()).ok()?;
    let entries = entries.dyn_into::<Function>().ok()?;
    let entries = entries.call1(&performance, &"navigation".into()).ok()?;
    let entry = entries.dyn_into::<Array>().ok()?.get(0);
    let name = Reflect::get(&entry, &"name".into()).ok()?;
    without_fragment(&name.as_string()?)
}

fn without_fragment(address: &str) -> Option<String> {
    Some(address.split('#').next()?.to_owned())
}

fn is_on_link(event: &Event) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| matches!(element.closest("a"), Ok(Some(_))))
}

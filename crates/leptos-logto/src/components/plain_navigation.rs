use leptos::{
    prelude::*,
    web_sys::{
        Element, Event,
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
fn address() -> Option<String> {
    let address = window().location().href().ok()?;
    Some(address.split('#').next()?.to_owned())
}

fn is_on_link(event: &Event) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| matches!(element.closest("a"), Ok(Some(_))))
}

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use leptos::{
    either::Either,
    ev::{FocusEvent, KeyboardEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlInputElement, MouseEvent, Node},
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{Chevron, MANY, button_class, face, label};
use crate::{
    components::organization_tile::OrganizationTile,
    model::Organization,
    page_paths::{PagePaths, use_page_paths},
    texts::use_texts,
};

/// Whether a switcher has just gone with its page because it was used. The one on the new page
/// takes the focus, which would be lost otherwise. Only ever set in a browser.
static USED: AtomicBool = AtomicBool::new(false);

/// Tells the ids of two switchers on one page apart. Made in the browser only, after hydration.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The state of a switcher.
#[derive(Clone, Copy)]
struct State {
    list: StoredValue<Vec<Organization>>,
    current: Signal<Option<String>>,
    page: Memo<String>,
    paths: PagePaths,
    open: RwSignal<bool>,
    /// The text of the search.
    wanted: RwSignal<String>,
    /// The index of the active option, among those that match.
    active: RwSignal<usize>,
    number: u32,
    go: Callback<String>,
    used: StoredValue<bool>,
    root: NodeRef<html::Div>,
    button: NodeRef<html::Button>,
    options: NodeRef<html::Ul>,
}

/// A button with the name of the organization, and below it, when open, the list, from eight
/// organizations on with a field to search.
#[component]
pub(super) fn Combobox(
    list: StoredValue<Vec<Organization>>,
    current: Signal<Option<String>>,
    page: Memo<String>,
    heading: bool,
) -> impl IntoView {
    let navigate = use_navigate();
    let state = State {
        list,
        current,
        page,
        paths: use_page_paths(),
        open: RwSignal::new(false),
        wanted: RwSignal::new(String::new()),
        active: RwSignal::new(0),
        number: NEXT.fetch_add(1, Ordering::Relaxed),
        go: Callback::new(move |address: String| navigate(&address, NavigateOptions::default())),
        used: StoredValue::new(false),
        root: NodeRef::new(),
        button: NodeRef::new(),
        options: NodeRef::new(),
    };
    on_cleanup(move || {
        if state.used.try_get_value() == Some(true) {
            USED.store(true, Ordering::Relaxed);
        }
    });
    Effect::new(move |_| {
        if state.button.get().is_some() && USED.swap(false, Ordering::Relaxed) {
            state.focus_button();
        }
    });
    let here = move || state.find(current.get().as_deref());
    let button = view! {
        <button
            type="button"
            class=button_class(heading)
            node_ref=state.button
            aria-label=move || label(here().as_ref())
            aria-haspopup="listbox"
            aria-expanded=move || state.open.get().to_string()
            aria-controls=move || state.open.get().then(|| state.list_id())
            on:mousedown=keep_focus
            on:click=move |_| if state.open.get_untracked() { state.close() } else { state.show("") }
            on:keydown=move |event| state.key_on_button(&event)
        >
            {move || face(here(), heading)}
            <Chevron/>
        </button>
    };
    view! {
        <div class="logto logto-organization-switcher" node_ref=state.root on:focusout=move |event| state.leave(&event)>
            {if heading {
                Either::Left(view! { <h1 class="logto-organization-switcher__heading">{button}</h1> })
            } else {
                Either::Right(button)
            }}
            <Show when=move || state.open.get()>
                <Popup state/>
            </Show>
        </div>
    }
}

#[component]
fn Popup(state: State) -> impl IntoView {
    let texts = &use_texts().switcher;
    let field = NodeRef::<html::Input>::new();
    let is_searched = state.is_searched();
    Effect::new(move |_| {
        let field = field.get().map(|field| field.focus());
        let list = state.options.get().filter(|_| !is_searched);
        let _ = field.or_else(|| list.map(|list| list.focus()));
    });
    let matches = Memo::new(move |_| state.matches());
    Effect::new(move |_| {
        matches.track();
        state.show_active(state.active.get());
    });
    let options = move || {
        let matches = matches.get();
        let here = state.current.get();
        let items = matches.into_iter().enumerate().map(|(place, organization)| {
            let selected = here.as_deref() == Some(organization.id.as_str());
            let name = organization.display_name().to_owned();
            view! {
                <li
                    role="option"
                    id=state.option_id(place)
                    class="logto-organization-switcher__option"
                    class:logto-organization-switcher__option--active=move || state.active.get() == place
                    aria-selected=selected.to_string()
                    on:click=move |_| state.choose(place)
                    on:mousemove=move |_| state.active.set(place)
                >
                    <OrganizationTile organization/>
                    <bdi class="logto-organization-switcher__name">{name}</bdi>
                </li>
            }
        });
        items.collect_view()
    };
    let is_empty = move || matches.with(Vec::is_empty);
    let active = move || (!is_empty()).then(|| state.option_id(state.active.get()));
    view! {
        <div class="logto-organization-switcher__popup" on:mousedown=keep_focus>
            {is_searched.then(|| view! {
                <input
                    class="logto-organization-switcher__find"
                    node_ref=field
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    aria-label=texts.find
                    placeholder=texts.find
                    aria-autocomplete="list"
                    aria-expanded="true"
                    aria-controls=state.list_id()
                    aria-activedescendant=active
                    prop:value=move || state.wanted.get()
                    on:input=move |event| {
                        state.wanted.set(event_target_value(&event));
                        state.active.set(0);
                    }
                    on:keydown=move |event| state.key_in_list(&event)
                />
            })}
            <ul
                class="logto-organization-switcher__list"
                node_ref=state.options
                role="listbox"
                tabindex=if is_searched { "-1" } else { "0" }
                id=state.list_id()
                aria-label=texts.list
                aria-activedescendant=move || (!is_searched).then(active).flatten()
                on:keydown=move |event| if !is_searched { state.key_in_list(&event) }
            >
                {options}
            </ul>
            <p class="logto-organization-switcher__none" role="status">
                {move || is_empty().then_some(texts.no_match)}
            </p>
            <a class="logto-organization-switcher__all" href=state.paths.organizations>
                {texts.all}
            </a>
        </div>
    }
}

/// A press must not take the focus from the field, but for one into the field itself.
fn keep_focus(event: MouseEvent) {
    let target = event.target();
    if target.is_none_or(|target| target.dyn_ref::<HtmlInputElement>().is_none()) {
        event.prevent_default();
    }
}

impl State {
    fn find(self, id: Option<&str>) -> Option<Organization> {
        let is_it = |organization: &&Organization| Some(organization.id.as_str()) == id;
        self.list
            .with_value(|list| list.iter().find(is_it).cloned())
    }

    /// The organizations that match the search by name or id.
    fn matches(self) -> Vec<Organization> {
        let wanted = self.wanted.get();
        self.list.with_value(|list| {
            let matches = |organization: &&Organization| organization.matches(&wanted);
            list.iter().filter(matches).cloned().collect()
        })
    }

    /// Whether there are so many that they can be searched.
    fn is_searched(self) -> bool {
        self.list.with_value(Vec::len) >= MANY
    }

    fn list_id(self) -> String {
        format!("organizations-{}", self.number)
    }

    fn option_id(self, place: usize) -> String {
        format!("organizations-{}-{place}", self.number)
    }

    fn show(self, wanted: &str) {
        self.wanted.set(wanted.to_owned());
        let here = self.current.get_untracked();
        let place = self.list.with_value(|list| {
            list.iter()
                .position(|organization| Some(&organization.id) == here.as_ref())
        });
        let place = place.filter(|_| wanted.is_empty());
        self.active.set(place.unwrap_or_default());
        self.open.set(true);
    }

    fn close(self) {
        self.open.set(false);
        self.focus_button();
    }

    fn focus_button(self) {
        if let Some(button) = self.button.get_untracked() {
            let _ = button.focus();
        }
    }

    fn choose(self, place: usize) {
        let Some(chosen) = untrack(|| self.matches()).into_iter().nth(place) else {
            return;
        };
        self.close();
        if self.current.get_untracked().as_ref() == Some(&chosen.id) {
            return;
        }
        self.used.set_value(true);
        let page = self.page.get_untracked();
        let address = format!("{}{page}", self.paths.of_organization(&chosen.id));
        self.go.run(address);
    }

    /// Closes when the focus goes elsewhere on the page, by Tab or by a press outside.
    fn leave(self, event: &FocusEvent) {
        // The focus also moves when the component is removed.
        if self.open.try_get_untracked() != Some(true) {
            return;
        }
        let target = event.related_target();
        let target = target.as_ref().and_then(|target| target.dyn_ref::<Node>());
        let root = self.root.get_untracked();
        let stays = target.is_some() && root.is_some_and(|root| root.contains(target));
        if !stays && document().has_focus().unwrap_or(true) {
            self.open.set(false);
        }
    }

    fn key_on_button(self, event: &KeyboardEvent) {
        let key = event.key();
        let with_others = event.ctrl_key() || event.meta_key() || event.alt_key();
        match key.as_str() {
            "Escape" if self.open.get_untracked() => self.close(),
            "ArrowDown" | "ArrowUp" => self.show(""),
            letter if letter.chars().count() == 1 && letter != " " && !with_others => {
                self.show(if self.is_searched() { letter } else { "" });
            }
            _ => return,
        }
        event.prevent_default();
    }

    fn key_in_list(self, event: &KeyboardEvent) {
        // During input composition (IME, as in Japanese), Enter and the arrow keys belong to the
        // composition.
        if event.is_composing() {
            return;
        }
        let count = untrack(|| self.matches()).len();
        let active = self.active.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => self.active.set((active + 1) % count),
            "ArrowUp" if count > 0 => self.active.set((active + count - 1) % count),
            "PageDown" if count > 0 => self.active.set((active + 10).min(count - 1)),
            "PageUp" => self.active.set(active.saturating_sub(10)),
            "Enter" => self.choose(active),
            " " if !self.is_searched() => self.choose(active),
            "Escape" => self.close(),
            _ => return,
        }
        event.prevent_default();
    }

    /// Scrolls the list so that the option is visible.
    fn show_active(self, place: usize) {
        let option = document().get_element_by_id(&self.option_id(place));
        let option = option.and_then(|option| option.dyn_into::<HtmlElement>().ok());
        let (Some(list), Some(option)) = (self.options.get_untracked(), option) else {
            return;
        };
        let (top, height) = (option.offset_top(), option.offset_height());
        let (from, room) = (list.scroll_top(), list.client_height());
        if top < from {
            list.set_scroll_top(top);
        } else if top + height > from + room {
            list.set_scroll_top(top + height - room);
        }
    }
}

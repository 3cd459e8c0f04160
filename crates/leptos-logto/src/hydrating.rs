use leptos::prelude::*;

/// Whether the HTML of the server is being hydrated. Never on the server.
pub(crate) fn is_hydrating() -> bool {
    hydration()()
}

/// [`is_hydrating`] of this page, for where no owner is: timers, and listeners of the browser.
pub(crate) fn hydration() -> impl Fn() -> bool + 'static {
    let context = Owner::current_shared_context();
    move || {
        context
            .as_ref()
            .is_some_and(|context| context.during_hydration())
    }
}

/// A property of a form field that is not set when the page is hydrated, so that what somebody has
/// typed or chosen before stays. The HTML has the value of the server.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_logto::unless_hydrating;
///
/// #[component]
/// fn Search(sought: Memo<String>) -> impl IntoView {
///     view! { <input name="find" value=sought.get_untracked() prop:value=move || unless_hydrating(sought.get())/> }
/// }
/// ```
#[must_use]
pub fn unless_hydrating<T>(value: T) -> Option<T> {
    (!is_hydrating()).then_some(value)
}

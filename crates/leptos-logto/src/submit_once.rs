use leptos::ev::SubmitEvent;

/// Ignores that a form is submitted, as long as `waits` says so: as the listener of
/// `on:submit:capture` around an `ActionForm`, so that a double click sends it once.
///
/// ```
/// use leptos::{form::ActionForm, prelude::*};
/// use leptos_logto::submit_once;
/// # #[server] async fn order(item: String) -> Result<(), ServerFnError> { Ok(()) }
///
/// #[component]
/// fn OrderForm() -> impl IntoView {
///     let order = ServerAction::<Order>::new();
///     view! {
///         <div on:submit:capture=submit_once(move || order.pending().get_untracked())>
///             <ActionForm action=order>
///                 <input name="item"/>
///                 <button type="submit">"Order"</button>
///             </ActionForm>
///         </div>
///     }
/// }
/// ```
pub fn submit_once(waits: impl Fn() -> bool + 'static) -> impl FnMut(SubmitEvent) + 'static {
    move |event| {
        if waits() {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}

#[cfg(not(feature = "ssr"))]
use leptos::prelude::*;

/// As [`Memo::new`](leptos::prelude::Memo::new) in the browser, for a value that is computed from signals. On the server it
/// computes the value whenever it is read: nothing changes while a page is rendered, most values are
/// read once, and a memo costs more than most of what it would save.
///
/// It gives a function, which reads the value and tracks it.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_logto::{memo, use_auth};
///
/// #[component]
/// fn Greeting() -> impl IntoView {
///     let auth = use_auth();
///     // Of all that changes in the session state, only the name renders it anew.
///     let name = memo(move || auth.viewer().map(|viewer| viewer.display_name()));
///     move || name().map(|name| view! { <p>"Hello, " {name}</p> })
/// }
/// ```
pub fn memo<T: PartialEq + Clone + Send + Sync + 'static>(
    compute: impl Fn() -> T + Send + Sync + 'static,
) -> impl Fn() -> T + Send + Sync + 'static {
    #[cfg(feature = "ssr")]
    return compute;
    #[cfg(not(feature = "ssr"))]
    {
        let memo = Memo::new(move |_| compute());
        move || memo.get()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::*;

    use super::*;

    #[test]
    fn on_the_server_it_is_computed_when_it_is_read() {
        Owner::new().with(|| {
            let times = StoredValue::new(0);
            let number = RwSignal::new(1);
            let double = memo(move || {
                times.update_value(|times| *times += 1);
                2 * number.get_untracked()
            });
            assert_eq!(times.get_value(), 0);
            assert_eq!(double(), 2);
            number.set(4);
            assert_eq!((double(), times.get_value()), (8, 2));
        });
    }
}

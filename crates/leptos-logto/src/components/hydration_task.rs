use leptos::prelude::*;

use super::part::Part;

/// Hydrates its children in a task of their own: before it, the browser can paint and answer input.
/// Around the parts of a page, it makes several short tasks of one long one.
///
/// It does so where the application is hydrated by `leptos::mount::hydrate_lazy`, outside of
/// `Suspense`. Everywhere else it renders its children and nothing more. In [`Routes`] the page is
/// hydrated in one task, in [`FlatRoutes`] also in several.
///
/// Somebody may have gone back before anything was hydrated, to a page for which the browser loads
/// nothing. Then the first one loads the document of the address, instead of hydrating another.
///
/// [`Routes`]: leptos_router::components::Routes
/// [`FlatRoutes`]: leptos_router::components::FlatRoutes
///
/// ```
/// use leptos::prelude::*;
/// use leptos_logto::HydrationTask;
///
/// # #[component]
/// # fn Menu() -> impl IntoView {}
/// #[component]
/// fn Frame(children: Children) -> impl IntoView {
///     view! {
///         <header><HydrationTask><Menu/></HydrationTask></header>
///         <main><HydrationTask>{children()}</HydrationTask></main>
///     }
/// }
/// ```
#[component]
pub fn HydrationTask(
    /// Whether the server renders the children in a step of their own, before which other requests go
    /// on: see `server::in_steps`. For routes with [`SsrMode::Async`](leptos_router::SsrMode::Async):
    /// in a page that streams in order, its title and status would come too late, and out of order
    /// there are no steps.
    ///
    /// The server renders what follows it, in its parent and after that, first. Resources and other
    /// values that a page carries have numbers in the order in which they are made, which must be
    /// that of the browser: from top to bottom. So where the children make such a value, whatever
    /// follows and makes one when it is rendered (the routes, another `HydrationTask`, a closure)
    /// must be in steps, too. The children are elements or components, not texts.
    #[prop(optional)]
    in_steps: bool,
    /// The part of the page.
    children: Children,
) -> impl IntoView {
    Part::new(children, in_steps)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::rendered::{rendered, streamed};

    fn page(in_steps: bool) -> AnyView {
        provide_context("from above");
        let part = move |name: &'static str| {
            view! {
                <HydrationTask in_steps>
                    <p>{name} {use_context::<&'static str>()}</p>
                    <Suspense>{Suspend::new(async { "later" })}</Suspense>
                </HydrationTask>
            }
        };
        let nested = part("third");
        view! {
            <header>{part("first")}</header>
            <HydrationTask in_steps><main>{part("second")} {nested}</main></HydrationTask>
            <footer>"end"</footer>
        }
        .into_any()
    }

    #[tokio::test]
    async fn steps_make_no_difference_to_the_html() {
        let expected = rendered(|| page(false)).await;
        for words in ["first", "second", "third"] {
            let part = format!("<p>{words}<!>from above<!><!></p>later");
            assert!(expected.contains(&part), "{expected}");
        }
        assert_eq!(rendered(|| page(true)).await, expected);
        let expected = streamed(|| page(false)).await;
        assert_eq!(streamed(|| page(true)).await, expected);
    }

    #[tokio::test]
    async fn a_part_in_steps_is_rendered_after_what_follows() {
        use std::sync::atomic::{AtomicU32, Ordering};

        static NEXT: AtomicU32 = AtomicU32::new(0);
        let html = rendered(|| {
            let number = || NEXT.fetch_add(1, Ordering::Relaxed);
            view! {
                <HydrationTask in_steps=true><p>{number}</p></HydrationTask>
                <b>{number}</b>
            }
            .into_any()
        });
        let html = html.await;
        assert!(html.contains("<p>1<!></p><b>0<!></b>"), "{html}");
    }
}

use leptos::{children::ViewFn, prelude::*};

#[cfg(feature = "ssr")]
use super::part::Part;
use crate::suspend::suspend;

/// Shows what a resource has: the component for a resource that Leptos's `Await` is for a future. A
/// browser that waits for the first value shows the fallback; while it waits for another value, the
/// content stays, as in a [`Transition`](leptos::prelude::Transition).
///
/// It is quicker on the server than a `Transition`, which prepares the fallback and a task for every
/// page. Most resources here have their value as soon as they are made, because the session has been
/// read already. Then the server renders the content at once, and nothing else.
///
/// The content waits for nothing else: another resource has an `AwaitResource` of its own, and is not
/// read with `.get()` here.
///
/// ```
/// use leptos::{either::Either, prelude::*};
/// use leptos_logto::{AwaitResource, OrganizationList, Problem, api::load_organizations};
///
/// #[component]
/// fn Organizations() -> impl IntoView {
///     let organizations = Resource::new_blocking(|| (), |()| load_organizations());
///     view! {
///         <AwaitResource resource=organizations fallback=|| "Loading" let:organizations>
///             {match organizations {
///                 Ok(organizations) => Either::Left(view! { <OrganizationList organizations/> }),
///                 Err(error) => Either::Right(view! { <Problem error/> }),
///             }}
///         </AwaitResource>
///     }
/// }
/// ```
#[component]
pub fn AwaitResource<T, C, V>(
    /// The resource, made by [`Resource::new_blocking`] for a page that comes whole.
    resource: Resource<T>,
    /// What a browser shows while it waits for the first value.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// Is set to whether another value is on its way.
    #[prop(optional)]
    set_pending: Option<RwSignal<bool>>,
    /// The content, rendered from the value.
    children: C,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    C: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    #[cfg(feature = "ssr")]
    if let Some(value) = at_hand(resource) {
        return at_once(move || children(value)).into_any();
    }
    let set_pending = set_pending.unwrap_or_default();
    view! {
        <Transition fallback=move || fallback.run() set_pending>
            {move || {
                let children = children.clone();
                suspend(async move { children(resource.await) })
            }}
        </Transition>
    }
    .into_any()
}

/// The value, where the resource has it already.
#[cfg(feature = "ssr")]
fn at_hand<T: Clone + Send + Sync + 'static>(resource: Resource<T>) -> Option<T> {
    use std::{
        future::IntoFuture as _,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    let value = pin!(resource.into_future());
    match value.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The content without a boundary. It takes the number that a boundary takes in the browser, which
/// finds the values of resources by such numbers, and is built when it is rendered, as there.
#[cfg(feature = "ssr")]
fn at_once<V: IntoView + 'static>(content: impl FnOnce() -> V + Send + 'static) -> impl IntoView {
    if let Some(shared) = Owner::current_shared_context() {
        shared.next_id();
    }
    Part::opaque(Box::new(|| content().into_any()))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{rendered::rendered, yield_now::yield_now};

    type Text = Result<String, ServerFnError>;

    fn resource(is_slow: bool) -> Resource<Text> {
        Resource::new_blocking(
            || (),
            move |()| async move {
                if is_slow {
                    yield_now().await;
                }
                Ok("<value>".to_owned())
            },
        )
    }

    fn content(text: Text) -> impl IntoView {
        let after = SharedValue::new(|| "in the content".to_owned()).into_inner();
        view! { <p>{text.ok()}</p><p>{after}</p> }
    }

    /// With other values before and after it, whose numbers the browser has to find.
    fn page(part: impl IntoView + 'static) -> AnyView {
        let before = SharedValue::new(|| "before".to_owned()).into_inner();
        view! {
            <h1>{before}</h1>
            <div>{part}</div>
            <p>{SharedValue::new(|| "beside".to_owned()).into_inner()}</p>
        }
        .into_any()
    }

    fn awaited(is_slow: bool) -> AnyView {
        let text = resource(is_slow);
        page(
            view! { <AwaitResource resource=text fallback=|| "waiting" let:text>{content(text)}</AwaitResource> },
        )
    }

    fn in_transition() -> AnyView {
        let text = resource(true);
        page(view! {
            <Transition fallback=|| "waiting">
                {move || suspend(async move { content(text.await) })}
            </Transition>
        })
    }

    #[tokio::test]
    async fn the_html_is_that_of_a_transition() {
        let expected = rendered(in_transition).await;
        assert!(
            expected.contains("<div><p>&lt;value&gt;<!></p><p>in the content"),
            "{expected}"
        );
        assert!(!expected.contains("waiting"), "{expected}");
        assert_eq!(rendered(|| awaited(true)).await, expected);
        assert_eq!(rendered(|| awaited(false)).await, expected);
    }

    #[tokio::test]
    async fn a_value_at_hand_is_rendered_once_and_without_a_fallback() {
        static CONTENTS: AtomicUsize = AtomicUsize::new(0);
        static FALLBACKS: AtomicUsize = AtomicUsize::new(0);
        let html = rendered(|| {
            let text = resource(false);
            let fallback = || FALLBACKS.fetch_add(1, Ordering::Relaxed);
            view! {
                <AwaitResource resource=text fallback let:text>
                    {CONTENTS.fetch_add(1, Ordering::Relaxed)} {text.ok()}
                </AwaitResource>
            }
            .into_any()
        });
        let html = html.await;
        assert!(html.contains("&lt;value&gt;"), "{html}");
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        assert_eq!((count(&CONTENTS), count(&FALLBACKS)), (1, 0));
    }

    /// A boundary walks over its children before it renders them.
    #[tokio::test]
    async fn inside_of_another_boundary_the_html_is_that_of_a_transition() {
        let awaited = || view! { <Suspense>{awaited(false)}</Suspense> }.into_any();
        let in_transition = || view! { <Suspense>{in_transition()}</Suspense> }.into_any();
        assert_eq!(rendered(awaited).await, rendered(in_transition).await);
    }
}

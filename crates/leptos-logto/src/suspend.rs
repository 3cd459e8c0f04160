use std::future::Future;

use leptos::prelude::Suspend;

/// As [`Suspend::new`], but the server builds the content once.
///
/// Before `Suspense` renders its children on the server, it walks over them twice to learn which
/// resources they read. A future that is ready at once is completed at each walk, and its view is
/// built and dropped. This one is not ready at a walk, so its view is built only to be rendered.
///
/// A walk finds no resource in it. So wait for resources with `.await`, as in every `Suspend`, and
/// read none with `.get()`. In the browser there is no difference.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_logto::{api::load_organizations, suspend};
///
/// #[component]
/// fn Count() -> impl IntoView {
///     let organizations = Resource::new_blocking(|| (), |()| load_organizations());
///     view! {
///         <Suspense>
///             {move || suspend(async move { organizations.await.map(|all| all.list.len()) })}
///         </Suspense>
///     }
/// }
/// ```
pub fn suspend<T: 'static>(content: impl Future<Output = T> + Send + 'static) -> Suspend<T> {
    #[cfg(feature = "ssr")]
    let content = async move {
        crate::yield_now::yield_now().await;
        content.await
    };
    Suspend::new(content)
}

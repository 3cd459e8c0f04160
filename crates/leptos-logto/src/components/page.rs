use std::{
    future::{Future, pending},
    pin::Pin,
    sync::Arc,
};

use leptos::{children::ViewFn, prelude::*, wasm_split::SplitLoaderError};
use leptos_router::{ChooseView, hooks::use_url};

use super::plain_navigation::PlainNavigation;

/// What a [`GuardedRoute`](crate::GuardedRoute) shows, or the `view` of a `Route`. Every component
/// without props is one.
#[derive(Clone)]
pub struct Page(Kind);

#[derive(Clone)]
enum Kind {
    Loaded(ViewFn),
    Lazy(Arc<dyn Fn() -> Loading + Send + Sync>),
}

type Loading = Pin<Box<dyn Future<Output = Result<ViewFn, SplitLoaderError>>>>;

impl Page {
    /// A lazy-loaded page: its code is a part of its own, which the browser loads when somebody
    /// goes there (`cargo leptos --split`, and `leptos::mount::hydrate_lazy` in the browser's
    /// half).
    ///
    /// ```
    /// use leptos::{children::ViewFn, prelude::*, wasm_split::SplitLoaderError};
    /// use leptos_logto::Page;
    ///
    /// #[component]
    /// fn Billing() -> impl IntoView {
    ///     view! { <h1>"Billing"</h1> }
    /// }
    ///
    /// // For a build with `--split`, a plain `fn` with this attribute:
    /// // #[leptos::wasm_split::wasm_split(billing, wasm_split_path = leptos::wasm_split, fallible)]
    /// async fn billing() -> Result<ViewFn, SplitLoaderError> {
    ///     Ok(Billing.into())
    /// }
    ///
    /// # fn routes() {
    /// // The `view` of a `GuardedRoute`.
    /// let page = Page::lazy(billing);
    /// # }
    /// ```
    ///
    /// When the part cannot be loaded, because the network fails or a newer build took its place,
    /// the browser is sent to the page's address, and gets it from the server. A page that came
    /// from the server stays as it came.
    pub fn lazy<F, L>(load: F) -> Self
    where
        F: Fn() -> L + Send + Sync + 'static,
        L: Future<Output = Result<ViewFn, SplitLoaderError>> + 'static,
    {
        Self(Kind::Lazy(Arc::new(move || Box::pin(load()))))
    }

    pub(super) async fn load(self) -> ViewFn {
        match self.0 {
            Kind::Loaded(view) => view,
            Kind::Lazy(load) => {
                let url = use_url().get_untracked();
                let hydration =
                    Owner::current_shared_context().filter(|context| context.during_hydration());
                let plain_navigation = hydration.is_some().then(PlainNavigation::begin);
                if let Ok(view) = load().await {
                    drop(plain_navigation);
                    return view;
                }
                if let Some(hydration) = hydration {
                    // The rest of the page stays as it came. What is hydrated may change from now on.
                    hydration.hydration_complete();
                } else {
                    let mark = if url.search().is_empty() { "" } else { "?" };
                    let address = format!("{}{mark}{}", url.path(), url.search());
                    let _ = window().location().assign(&address);
                }
                pending().await
            }
        }
    }
}

impl<F, V> From<F> for Page
where
    F: Fn() -> V + Send + Sync + 'static,
    V: RenderHtml + Send + 'static,
{
    fn from(view: F) -> Self {
        Self(Kind::Loaded(ViewFn::from(view)))
    }
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        self.load().await.run()
    }

    /// The router waits for this before it renders the route, and not afterwards.
    async fn preload(&self) {
        self.clone().load().await;
    }
}

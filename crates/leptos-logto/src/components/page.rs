use std::{
    future::{Future, pending},
    pin::Pin,
    sync::Arc,
};

use leptos::{children::ViewFn, prelude::*, wasm_split::SplitLoaderError};
use leptos_router::{ChooseView, hooks::use_url};

use super::plain_navigation::{PlainNavigation, address};
use crate::hydrating::is_hydrating;

/// What a [`GuardedRoute`](crate::GuardedRoute) shows, or the `view` of a `Route`. Every component
/// without props is one.
#[derive(Clone)]
pub struct Page(Kind);

#[derive(Clone)]
enum Kind {
    Loaded(ViewFn),
    Lazy(Arc<dyn Fn() -> Part + Send + Sync>),
}

type Part = Pin<Box<dyn Future<Output = Result<ViewFn, SplitLoaderError>>>>;

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
    /// While it is loaded, `<html>` has the attribute `data-loading`, for a style that shows it.
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
                let before = (!cfg!(feature = "ssr")).then(address);
                let is_from_server = is_hydrating();
                let plain_navigation = is_from_server.then(PlainNavigation::begin);
                let is_on_its_way = !is_from_server && !cfg!(feature = "ssr");
                let loading = is_on_its_way.then(Loading::begin);
                if let Ok(view) = load().await {
                    drop((plain_navigation, loading));
                    return view;
                }
                // A page that came from the server stays as it came, and is never hydrated. Who has gone
                // to another page meanwhile stays there.
                if !is_from_server && before == Some(address()) {
                    let mark = if url.search().is_empty() { "" } else { "?" };
                    let page = format!("{}{mark}{}", url.path(), url.search());
                    let _ = window().location().assign(&page);
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

/// The mark of a page whose code is on its way.
struct Loading;

const LOADING: &str = "data-loading";

impl Loading {
    fn begin() -> Self {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute(LOADING, "");
        }
        Self
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        if let Some(root) = document().document_element() {
            let _ = root.remove_attribute(LOADING);
        }
    }
}

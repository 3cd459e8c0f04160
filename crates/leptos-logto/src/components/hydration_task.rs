use std::{
    future::{pending, poll_fn},
    mem::replace,
    sync::atomic::{AtomicBool, Ordering},
    task::Poll,
    time::Duration,
};

use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    prelude::*,
    tachys::{
        hydration::Cursor,
        ssr::StreamBuilder,
        view::{
            Position, PositionState,
            any_view::{AnyViewState, AnyViewWithAttrs},
        },
    },
};

use super::plain_navigation::{PlainNavigation, is_of_another_address};

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
    /// The part of the page.
    children: Children,
) -> impl IntoView {
    Part::Children(children)
}

/// Whether a part of this document has been hydrated, or is about to be.
static HAS_BEGUN: AtomicBool = AtomicBool::new(false);

/// The children are built when they are first needed, as those of a closure, on the server and in the browser: so each finds its
/// resources by the same number.
enum Part {
    Children(Children),
    View(AnyView),
}

impl Part {
    fn view(self) -> AnyView {
        match self {
            Self::Children(children) => children(),
            Self::View(view) => view,
        }
    }
}

impl Render for Part {
    type State = AnyViewState;

    fn build(self) -> AnyViewState {
        self.view().build()
    }

    fn rebuild(self, state: &mut AnyViewState) {
        self.view().rebuild(state);
    }
}

impl AddAnyAttr for Part {
    type Output<A: Attribute> = AnyViewWithAttrs;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> AnyViewWithAttrs {
        self.view().add_any_attr(attribute)
    }
}

impl RenderHtml for Part {
    type AsyncOutput = AnyView;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {
        let mut view = replace(self, Self::View(().into_any())).view();
        view.dry_resolve();
        *self = Self::View(view);
    }

    async fn resolve(self) -> AnyView {
        self.view().resolve().await
    }

    fn to_html_with_buf(
        self,
        buffer: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attributes: Vec<AnyAttribute>,
    ) {
        self.view()
            .to_html_with_buf(buffer, position, escape, mark_branches, attributes);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buffer: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attributes: Vec<AnyAttribute>,
    ) {
        self.view().to_html_async_with_buf::<OUT_OF_ORDER>(
            buffer,
            position,
            escape,
            mark_branches,
            attributes,
        );
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> AnyViewState {
        self.view().hydrate::<FROM_SERVER>(cursor, position)
    }

    async fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> AnyViewState {
        let plain_navigation = PlainNavigation::begin();
        // Afterwards, what is hydrated already may change the address.
        let is_first = !HAS_BEGUN.swap(true, Ordering::Relaxed);
        if is_first && is_of_another_address() {
            let _ = window().location().reload();
            pending::<()>().await;
        }
        next_task().await;
        drop(plain_navigation);
        self.view().hydrate_async(cursor, position).await
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// Ready in another task of the browser. What is ready at once goes on in this one.
async fn next_task() {
    let mut is_waiting = false;
    poll_fn(|context| {
        if replace(&mut is_waiting, true) {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        set_timeout(move || waker.wake(), Duration::ZERO);
        Poll::Pending
    })
    .await;
}

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
#[cfg(feature = "ssr")]
use crate::yield_now::yield_now;
#[cfg(feature = "ssr")]
use leptos::reactive::computed::ScopedFuture;

/// Whether a part of this document has been hydrated, or is about to be.
static HAS_BEGUN: AtomicBool = AtomicBool::new(false);

/// The children are built when they are first needed, as those of a closure, on the server and in the browser: so each finds its
/// resources by the same number.
enum Content {
    Children(Children),
    View(AnyView),
}

impl Content {
    fn view(self) -> AnyView {
        match self {
            Self::Children(children) => children(),
            Self::View(view) => view,
        }
    }
}

/// A part of a page, which is hydrated in a task of its own.
pub(super) struct Part {
    content: Content,
    /// Whether the server renders it in a step of its own.
    #[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "for the server"))]
    in_steps: bool,
    /// Whether a `Suspense` around it finds no resource in it, and does not build it to look.
    is_opaque: bool,
}

impl Part {
    pub(super) fn new(children: Children, in_steps: bool) -> Self {
        Self {
            content: Content::Children(children),
            in_steps,
            is_opaque: false,
        }
    }

    /// One that needs nothing of a `Suspense` around it.
    #[cfg(feature = "ssr")]
    pub(super) fn opaque(children: Children) -> Self {
        Self {
            is_opaque: true,
            ..Self::new(children, false)
        }
    }

    fn view(self) -> AnyView {
        self.content.view()
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
        if self.is_opaque {
            return;
        }
        let mut view = replace(&mut self.content, Content::View(().into_any())).view();
        view.dry_resolve();
        self.content = Content::View(view);
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
        // Parts that come out of order have numbers, which are counted while they are rendered.
        #[cfg(feature = "ssr")]
        if self.in_steps && !OUT_OF_ORDER {
            // As after `Suspense`, which takes it for granted that no text follows a text.
            let mut here = replace(position, Position::NextChild);
            let id = buffer.clone_id();
            buffer.push_async(ScopedFuture::new(async move {
                yield_now().await;
                let mut step = StreamBuilder::new(id);
                self.view().to_html_async_with_buf::<false>(
                    &mut step,
                    &mut here,
                    escape,
                    mark_branches,
                    attributes,
                );
                step.finish().take_chunks()
            }));
            return;
        }
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

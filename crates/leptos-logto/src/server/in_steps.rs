use std::future::Future;

use crate::yield_now::yield_now;

/// Lets other requests go on before a page is rendered, and again before it is sent. For a layer
/// around the routes of pages.
///
/// A page takes more code than the first cache of a processor holds. Under load, the sessions of all
/// requests that wait are read, then all their pages are rendered, then all are sent, and each step
/// finds its code in the cache. [`HydrationTask`](crate::HydrationTask) makes more steps of the
/// rendering. A request that is alone takes some microseconds longer. For handlers that answer JSON
/// it is of no use; server functions, which are among the routes of pages, are such handlers.
///
/// ```
/// use axum::{Router, routing::get};
/// use leptos_logto::server::in_steps;
/// use tower::util::MapFutureLayer;
///
/// let pages: Router = Router::new().route("/", get("a page")).layer(MapFutureLayer::new(in_steps));
/// ```
pub async fn in_steps<R>(response: impl Future<Output = R>) -> R {
    yield_now().await;
    let response = response.await;
    yield_now().await;
    response
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    #[test]
    fn others_go_on_before_a_response_is_made_and_before_it_is_sent() {
        let is_made = std::cell::Cell::new(false);
        let mut response = pin!(in_steps(async { is_made.set(true) }));
        let mut poll = || {
            response
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
        };
        assert_eq!((poll(), is_made.get()), (Poll::Pending, false));
        assert_eq!((poll(), is_made.get()), (Poll::Pending, true));
        assert_eq!(poll(), Poll::Ready(()));
    }
}

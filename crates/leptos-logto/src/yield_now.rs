use std::{future::Future, mem::replace, task::Poll};

/// Ready at the second poll, so that the tasks of other requests run before this one goes on.
pub(crate) fn yield_now() -> impl Future<Output = ()> + Send {
    let mut is_polled = false;
    std::future::poll_fn(move |context| {
        if replace(&mut is_polled, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

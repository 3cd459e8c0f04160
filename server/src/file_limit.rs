//! A limit of files that are open at once. A response that nobody reads keeps its file open, and the process may have only
//! so many.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::connections::{Kept, WatchedBody};

/// How long a request waits for another one to close its file.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers 503 when too many files have been open for two seconds.
pub(crate) async fn limit(
    State(files): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(Ok(permit)) = timeout(PATIENCE, files.acquire_owned()).await else {
        tracing::warn!("file refused: too many are open, and their clients do not read them");
        let retry = [(header::RETRY_AFTER, "5")];
        let text = "The server is busy. Try again in a moment.\n";
        return (StatusCode::SERVICE_UNAVAILABLE, retry, text).into_response();
    };
    let response = next.run(request).await;
    response.map(|body| Body::new(WatchedBody::new(body, permit)))
}

/// The file is open until its content has been given away.
impl Kept for OwnedSemaphorePermit {}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    fn request() -> Request {
        Request::new(Body::empty())
    }

    /// OU-18
    #[tokio::test]
    async fn a_file_that_nobody_reads_takes_a_place_until_it_is_dropped() {
        let files = Arc::new(Semaphore::new(1));
        let router = Router::new()
            .route("/", get(|| async { "file" }))
            .layer(from_fn_with_state(Arc::clone(&files), limit));
        let unread = router.clone().oneshot(request()).await.unwrap();
        assert_eq!(unread.status(), 200);
        let refused = router.clone().oneshot(request()).await.unwrap();
        assert_eq!(refused.status(), 503);
        assert_eq!(refused.headers()["retry-after"], "5");
        drop(unread);
        let served = router.oneshot(request()).await.unwrap();
        assert_eq!(served.status(), 200);
    }
}

//! The router as one connection calls it: each request knows its peer, and is counted until its response is given away.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    BoxError, Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{Request, Response},
};
use http_body::{Frame, SizeHint};
use tower::{Service, ServiceExt as _};

use super::activity::{Activity, Underway};

#[derive(Clone)]
pub(super) struct RequestService {
    router: Router,
    peer: SocketAddr,
    activity: Arc<Activity>,
}

impl RequestService {
    pub(super) fn new(router: Router, peer: SocketAddr, activity: Arc<Activity>) -> Self {
        Self {
            router,
            peer,
            activity,
        }
    }
}

type Answer = Result<Response<WatchedBody<Underway>>, Infallible>;

impl<B> Service<Request<B>> for RequestService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<WatchedBody<Underway>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let underway = self.activity.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.router.clone().oneshot(request);
        Box::pin(async move {
            let response = response.await?;
            underway.progressed();
            Ok(response.map(|body| WatchedBody::new(body, underway)))
        })
    }
}

/// A body with something that is kept until it has been given away, and hears of each part.
pub(crate) struct WatchedBody<T> {
    body: Body,
    kept: T,
}

impl<T> WatchedBody<T> {
    pub(crate) fn new(body: Body, kept: T) -> Self {
        Self { body, kept }
    }
}

/// What is kept with a body.
pub(crate) trait Kept {
    /// A part of the body is given away.
    fn on_frame(&self) {}
}

impl Kept for Underway {
    fn on_frame(&self) {
        self.progressed();
    }
}

impl<T: Kept + Unpin> http_body::Body for WatchedBody<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_ready() {
            self.kept.on_frame();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

//! The router as one connection calls it: each request knows its peer, and is counted until its response is written.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    BoxError, Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, StatusCode, Version, header},
    response::IntoResponse as _,
};
use tower::{Service, ServiceExt as _};

use super::{body::WatchedBody, requests::Requests};

/// The seconds after which a request that was one too many may come again.
const RETRY_AFTER: &str = "5";

#[derive(Clone)]
pub(super) struct RequestService {
    router: Router,
    peer: SocketAddr,
    requests: Requests,
}

impl RequestService {
    pub(super) fn new(router: Router, peer: SocketAddr, requests: Requests) -> Self {
        Self {
            router,
            peer,
            requests,
        }
    }

    fn refuse(&self, version: Version) -> Response<WatchedBody> {
        tracing::warn!(
            peer = %self.peer,
            "request answered with 503: too many requests are under way whose clients do not read the responses"
        );
        let headers = [
            (header::RETRY_AFTER, RETRY_AFTER),
            (header::CACHE_CONTROL, "no-store"),
        ];
        // Over HTTP/2 a text would have to wait for a client that does not read either.
        let text = if version == Version::HTTP_2 {
            ""
        } else {
            "The server is busy. Try again in a moment.\n"
        };
        let response = (StatusCode::SERVICE_UNAVAILABLE, headers, text).into_response();
        response.map(|body| WatchedBody::new(body, None))
    }
}

type Answer = Result<Response<WatchedBody>, Infallible>;

impl<B> Service<Request<B>> for RequestService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<WatchedBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Some(underway) = self.requests.begin() else {
            let refusal = self.refuse(request.version());
            return Box::pin(async { Ok(refusal) });
        };
        let is_http_2 = request.version() == Version::HTTP_2;
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.router.clone().oneshot(request);
        Box::pin(async move {
            let mut response = response.await?;
            underway.progressed();
            if underway.is_last() && !is_http_2 {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok(response.map(|body| WatchedBody::new(body, Some(underway))))
        })
    }
}

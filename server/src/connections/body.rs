//! The body of a response, which holds its request under way until the last part has been written to the client.
//!
//! The body alone does not tell: as soon as a client allows one byte, the HTTP/2 connection takes a whole part out of the
//! body and keeps it in a buffer.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use bytes::Buf;
use http_body::{Frame, SizeHint};

use super::requests::Request;

/// The body of a response.
pub(super) struct WatchedBody {
    body: Body,
    request: Option<Arc<Request>>,
}

/// A part of a body.
pub(super) struct WatchedBytes {
    bytes: Bytes,
    request: Option<Arc<Request>>,
}

impl WatchedBody {
    /// The body of a response to a request, or of a refusal, which is not counted.
    pub(super) fn new(body: Body, request: Option<Request>) -> Self {
        Self {
            body,
            request: request.map(Arc::new),
        }
    }
}

impl http_body::Body for WatchedBody {
    type Data = WatchedBytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<WatchedBytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        let watch = |bytes| WatchedBytes {
            bytes,
            request: self.request.clone(),
        };
        frame.map_ok(|frame| frame.map_data(watch))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Buf for WatchedBytes {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        if let Some(request) = self.request.as_ref().filter(|_| count > 0) {
            request.progressed();
        }
    }
}

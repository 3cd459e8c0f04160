//! The connections of the server: how many there may be, how long each may wait, and how they end.
//!
//! hyper-util serves them. What it has no setting for is here: a time limit before the first request, a limit of
//! connections and of requests in all and for each address, a limit on responses that the client does not read, and the end
//! of idle HTTP/2 connections. `axum::serve` and `axum-server` have none of these either, and both hide the connection, which
//! has to be at hand to close it.

mod activity;
mod body;
mod limits;
mod registry;
mod requests;
mod service;
mod share;
mod stream;

use std::{io::Write as _, iter, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_util::task::TaskTracker;

pub use limits::{Limits, open_files, raise_open_files};

use crate::client_address::{Networks, TrustedProxies};
use registry::{Origin, Registry, Ticket};
use requests::Requests;
use service::RequestService;
use stream::WatchedStream;

/// How long accepting pauses after it failed, which is when the process has no descriptor left.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a shutdown leaves connections open for one more request. A proxy may have sent it already, and cannot repeat a POST.
const LINGER: Duration = Duration::from_secs(1);
/// How long a connection without a request may take to close. HTTP/2 sends GOAWAY first.
const GOODBYE: Duration = Duration::from_millis(100);
/// The longest head of a request, in bytes. hyper's own limits are 400 KB for HTTP/1, which costs memory and time that no
/// request is worth, and 16 KB for HTTP/2.
const LONGEST_HEAD: u16 = u16::MAX;
/// Requests at once in one HTTP/2 connection.
const MOST_STREAMS: u32 = 32;
/// The send buffer of each HTTP/2 stream, in bytes: about one read of a file.
const SEND_BUFFER: usize = 64 * 1024;
/// The answer to a connection that is one too many.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n\
    content-length: 0\r\n\r\n";

/// Serves `router` until `stop` is ready; then requests under way may finish within [`Limits::stop`]. Connections that have
/// arrived by then, and those that are kept alive, have a second for one more request, whose answer closes them. Gives back the time
/// at which the process has to end.
///
/// Each request has `ConnectInfo<SocketAddr>` of its peer in its extensions. The limit for each address does not hold for
/// `proxies`, since everybody comes through them.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    proxies: TrustedProxies,
    stop: impl Future<Output = ()>,
) -> Instant {
    let http = builder(&limits);
    let registry = Arc::new(Registry::new(limits));
    let watch = tokio::spawn(Arc::clone(&registry).close_overdue());
    let connections = TaskTracker::new();
    let accept = |stream: TcpStream, peer: SocketAddr| {
        let ip = peer.ip().to_canonical();
        // Without it, the delayed acknowledgement of the other side holds the last piece of a page back for 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let (http, router) = (http.clone(), router.clone());
        let admission = registry.admit(Origin {
            networks: Networks::of(ip),
            is_proxy: proxies.contains(ip),
        });
        connections.spawn(async move {
            let Some(ticket) = admission.ticket().await else {
                tracing::warn!(
                    %peer,
                    "connection answered with 503: all {} connections, or all {} of its address, have requests under way (if it \
                     is the address of a proxy, name it in [server] trusted_proxies)",
                    limits.total,
                    limits.per_address
                );
                return refuse(stream);
            };
            drive(http, stream, peer, router, ticket).await;
        });
    };
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => accept(stream, peer),
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                sleep(PAUSE).await;
            }
        }
    }
    for (stream, peer) in not_yet_accepted(listener) {
        accept(stream, peer);
    }
    watch.abort();
    let deadline = Instant::now() + limits.stop;
    registry.stop();
    connections.close();
    if timeout_at(deadline, connections.wait()).await.is_err() {
        tracing::warn!("shutdown: requests under way took too long and were aborted");
    }
    deadline
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .max_buf_size(LONGEST_HEAD.into())
        .header_read_timeout(limits.request_head);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MOST_STREAMS)
        .max_header_list_size(LONGEST_HEAD.into())
        .max_send_buf_size(SEND_BUFFER)
        .keep_alive_interval(limits.request_head)
        .keep_alive_timeout(limits.request_head);
    http
}

/// The connections that the system has established, and that would be reset with the listener.
fn not_yet_accepted(listener: TcpListener) -> impl Iterator<Item = (TcpStream, SocketAddr)> {
    let listener = listener.into_std();
    iter::from_fn(move || {
        let (stream, peer) = listener.as_ref().ok()?.accept().ok()?;
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, peer))
    })
}

/// Serves one connection until it ends, takes too long, or is to be closed.
async fn drive(
    http: Builder<TokioExecutor>,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    ticket: Ticket,
) {
    let activity = ticket.activity();
    let service = RequestService::new(router, peer, Requests::of(&ticket));
    let stream = TokioIo::new(WatchedStream::new(stream, Arc::clone(activity)));
    let connection = http.serve_connection(stream, TowerToHyperService::new(service));
    let mut connection = pin!(connection.into_owned());
    let served = async {
        tokio::select! {
            served = &mut connection => return served,
            () = ticket.closing() => {}
        }
        if ticket.registry().is_stopping() {
            tokio::select! {
                served = &mut connection => return served,
                () = sleep(LINGER) => {}
            }
        }
        connection.as_mut().graceful_shutdown();
        match timeout(GOODBYE, &mut connection).await {
            Ok(served) => served,
            Err(_) if activity.is_busy() => connection.await,
            Err(_) => Ok(()),
        }
    };
    tokio::select! {
        served = served => if let Err(error) = served {
            tracing::debug!(error, "connection ended early");
        },
        () = ticket.overdue() => tracing::debug!(%peer, "connection closed: it took too long, or its place was needed"),
    }
}

/// Answers 503 without waiting for anything, and closes the connection.
fn refuse(stream: TcpStream) {
    if let Ok(mut stream) = stream.into_std() {
        // Read the data that arrived first: closing a socket with unread data resets it, and the answer would be lost.
        let mut arrived = [0; 4096];
        let _ = std::io::Read::read(&mut stream, &mut arrived);
        let _ = stream.write(FULL);
    }
}

//! The requests that are under way: how many there may be, and how long each is counted.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use super::{
    activity::Underway,
    registry::{Connection, Registry, Ticket},
    share::Resource,
};

/// Counts the requests of one connection. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Requests {
    registry: Arc<Registry>,
    connection: Arc<Connection>,
}

/// A request that is under way, and counted until it is dropped.
#[derive(Debug)]
pub(super) struct Request {
    underway: Underway,
    requests: Requests,
}

impl Requests {
    /// Counts the requests of the connection that has this ticket.
    pub(super) fn of(ticket: &Ticket) -> Self {
        Self {
            registry: Arc::clone(ticket.registry()),
            connection: Arc::clone(ticket.connection()),
        }
    }

    /// A request begins, unless too many are under way: of its address, or in all. In the latter case, a connection of the
    /// address that has most is closed for it, if that one has more than a browser needs beyond what this one has.
    pub(super) fn begin(&self) -> Option<Request> {
        let (limits, shares) = (self.registry.limits(), self.connection.shares());
        if shares.full(Resource::Requests, limits).is_some() {
            return None;
        }
        // The places of a connection that was closed just now are not free yet; a share more bridges that.
        let under_way = self.registry.requests.load(Relaxed);
        if under_way >= limits.total
            && (under_way >= limits.total + limits.per_address
                || !self.registry.displace_for_request(shares))
        {
            return None;
        }
        self.registry.requests.fetch_add(1, Relaxed);
        shares.add(Resource::Requests);
        Some(Request {
            underway: self.connection.activity().begin(),
            requests: self.clone(),
        })
    }
}

impl Request {
    /// Whether it is the last one of its connection: the server shuts down.
    pub(super) fn is_last(&self) -> bool {
        self.requests.registry.is_stopping()
    }

    pub(super) fn progressed(&self) {
        self.underway.progressed();
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let Requests {
            registry,
            connection,
        } = &self.requests;
        connection.shares().remove(Resource::Requests);
        registry.requests.fetch_sub(1, Relaxed);
    }
}

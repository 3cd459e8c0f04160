//! The share of one address, or one IPv6 site, in all connections and requests.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use super::{Limits, limits::BROWSER};

/// A limited resource.
#[derive(Clone, Copy, Debug)]
pub(super) enum Resource {
    Connections,
    /// Requests under way.
    Requests,
}

/// The share of the connections of one network.
#[derive(Debug, Default)]
pub(super) struct Share {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

impl Share {
    fn counter(&self, resource: Resource) -> &AtomicUsize {
        match resource {
            Resource::Connections => &self.connections,
            Resource::Requests => &self.requests,
        }
    }

    pub(super) fn count(&self, resource: Resource) -> usize {
        self.counter(resource).load(Relaxed)
    }
}

/// The shares that a connection counts for.
#[derive(Clone, Debug)]
pub(super) struct Shares {
    /// Of the address; of an IPv6 address, of its /64.
    pub(super) address: Arc<Share>,
    /// Of the /48 of an IPv6 address.
    pub(super) site: Option<Arc<Share>>,
    /// A trusted proxy has no limit of its own, since all its clients have one address.
    pub(super) is_proxy: bool,
}

impl Shares {
    /// The share that has no room for one more.
    pub(super) fn full(&self, resource: Resource, limits: &Limits) -> Option<&Arc<Share>> {
        let is_full = |share: &Arc<Share>, limit| !self.is_proxy && share.count(resource) >= limit;
        let address = Some(&self.address).filter(|share| is_full(share, limits.per_address));
        let site = self.site.as_ref();
        address.or_else(|| site.filter(|share| is_full(share, limits.per_site)))
    }

    /// The widest share: who takes many addresses of one site is one client.
    pub(super) fn widest(&self) -> &Arc<Share> {
        self.site.as_ref().unwrap_or(&self.address)
    }

    pub(super) fn is_of(&self, share: &Arc<Share>) -> bool {
        let mut all = self.all();
        all.any(|own| Arc::ptr_eq(own, share))
    }

    /// Whether these have so much more than others that those may take something of it: more than a browser needs.
    pub(super) fn has_more_than(&self, others: &Self, resource: Resource) -> bool {
        let others = if others.is_proxy {
            0
        } else {
            others.widest().count(resource)
        };
        !self.is_proxy && self.widest().count(resource) > others + BROWSER
    }

    pub(super) fn add(&self, resource: Resource) {
        for share in self.all() {
            share.counter(resource).fetch_add(1, Relaxed);
        }
    }

    pub(super) fn remove(&self, resource: Resource) {
        for share in self.all() {
            share.counter(resource).fetch_sub(1, Relaxed);
        }
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Share>> {
        [Some(&self.address), self.site.as_ref()]
            .into_iter()
            .flatten()
    }
}

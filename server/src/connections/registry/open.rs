//! The connections that are open, and the shares that they count for.

use std::{collections::HashMap, sync::Arc};

use ipnet::IpNet;
use tokio_util::sync::CancellationToken;

use super::Origin;
use crate::{
    client_address::Networks,
    connections::{
        activity::Activity,
        share::{Resource, Share, Shares},
    },
};

#[derive(Debug, Default)]
pub(super) struct Open {
    next: u64,
    pub(super) connections: HashMap<u64, Arc<Connection>>,
    pub(super) shares: HashMap<IpNet, Arc<Share>>,
}

/// One open connection.
#[derive(Debug)]
pub(in crate::connections) struct Connection {
    pub(super) shares: Shares,
    networks: Networks,
    pub(super) activity: Arc<Activity>,
    /// It is to close after its requests.
    pub(super) closing: CancellationToken,
    /// It is to be cut off.
    pub(super) overdue: CancellationToken,
}

impl Connection {
    pub(in crate::connections) fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    pub(in crate::connections) fn shares(&self) -> &Shares {
        &self.shares
    }
}

impl Open {
    /// The shares that a connection would count for; new ones are not kept yet.
    pub(super) fn shares(&self, origin: Origin) -> Shares {
        let share = |network| self.shares.get(&network).cloned().unwrap_or_default();
        Shares {
            address: share(origin.networks.address),
            site: origin.networks.site.map(share),
            is_proxy: origin.is_proxy,
        }
    }

    /// Adds a connection.
    pub(super) fn insert(
        &mut self,
        networks: Networks,
        shares: Shares,
        closing: CancellationToken,
    ) -> (u64, Arc<Connection>) {
        let id = self.next;
        self.next += 1;
        let address = (networks.address, Arc::clone(&shares.address));
        self.shares.extend([address]);
        self.shares.extend(networks.site.zip(shares.site.clone()));
        shares.add(Resource::Connections);
        let connection = Arc::new(Connection {
            shares,
            networks,
            activity: Arc::new(Activity::new()),
            closing,
            overdue: CancellationToken::new(),
        });
        self.connections.insert(id, Arc::clone(&connection));
        (id, connection)
    }

    /// Removes a connection, and the shares that have none any more.
    pub(super) fn remove(&mut self, id: u64) {
        let Some(connection) = self.connections.remove(&id) else {
            return;
        };
        connection.shares.remove(Resource::Connections);
        let Networks { address, site } = connection.networks;
        for network in [Some(address), site].into_iter().flatten() {
            let share = self.shares.get(&network);
            if share.is_some_and(|share| share.count(Resource::Connections) == 0) {
                self.shares.remove(&network);
            }
        }
    }

    /// Closes the busy connection that has stalled longest, of the address or site that has most of a resource, if that is
    /// more than a browser needs beyond what the newcomer has. One that is being closed will do.
    pub(super) fn displace(&self, newcomer: &Shares, resource: Resource) -> bool {
        let all = || self.connections.values();
        let others = all().filter(|other| other.shares.has_more_than(newcomer, resource));
        let Some(busiest) = others.max_by_key(|other| other.shares.widest().count(resource)) else {
            return false;
        };
        let share = busiest.shares.widest();
        let of_busiest =
            all().filter(|other| other.shares.is_of(share) && other.activity.is_busy());
        let stalled =
            of_busiest.min_by_key(|other| (!other.overdue.is_cancelled(), other.activity.worth()));
        stalled.inspect(|other| other.overdue.cancel()).is_some()
    }
}

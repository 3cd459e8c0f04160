//! The place of a connection, and waiting for it.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::{Origin, Registry, open::Connection};
use crate::connections::activity::Activity;

/// Whether a connection is let in.
pub(in crate::connections) enum Admission {
    Taken(Ticket),
    Waits {
        registry: Arc<Registry>,
        origin: Origin,
        _place: OwnedSemaphorePermit,
    },
    Refused,
}

impl Admission {
    /// The place, once there is one; `None` when there is none.
    pub(in crate::connections) async fn ticket(self) -> Option<Ticket> {
        match self {
            Self::Taken(ticket) => Some(ticket),
            Self::Waits {
                registry,
                origin,
                _place,
            } => registry.wait(origin).await,
            Self::Refused => None,
        }
    }
}

/// The place of one open connection. It is free when this is dropped.
#[derive(Debug)]
pub(in crate::connections) struct Ticket {
    id: u64,
    connection: Arc<Connection>,
    registry: Arc<Registry>,
}

impl Ticket {
    pub(super) fn new(id: u64, connection: Arc<Connection>, registry: Arc<Registry>) -> Self {
        Self {
            id,
            connection,
            registry,
        }
    }

    pub(in crate::connections) fn activity(&self) -> &Arc<Activity> {
        &self.connection.activity
    }

    pub(in crate::connections) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    pub(in crate::connections) fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// Ready when the connection is to close after its requests.
    pub(in crate::connections) async fn closing(&self) {
        self.connection.closing.cancelled().await;
    }

    /// Ready when the connection is to be cut off.
    pub(in crate::connections) async fn overdue(&self) {
        self.connection.overdue.cancelled().await;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.registry.open().remove(self.id);
        self.registry.closed.notify_waiters();
    }
}

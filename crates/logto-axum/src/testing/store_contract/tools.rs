//! What the promises do with a store, and the tests of the stores here.

#![allow(async_fn_in_trait, reason = "for tests alone")]

use std::time::Duration;

use tokio::{sync::broadcast::Receiver, time::timeout};

use crate::{
    hash::Hash,
    store::{SessionEvent, SessionRow, Store},
};

pub const NOW: i64 = 1_800_000_000;
/// Past 2038.
pub const FAR: i64 = 5_000_000_000;
pub const SOON: Duration = Duration::from_millis(300);

/// What several promises do with a store.
pub trait Shortcuts: Store {
    async fn row(&self, id: &Hash) -> Option<SessionRow> {
        let found = self.load_session(id).await.unwrap();
        found.map(|(row, _)| row)
    }

    /// Changes a session as it is stored now.
    async fn change(&self, id: &Hash, row: SessionRow) -> bool {
        let version = self.load_session(id).await.unwrap();
        let version = version.map_or(1, |(_, version)| version);
        self.update_session(id, row, version).await.unwrap()
    }
}

impl<S: Store + ?Sized> Shortcuts for S {}

pub fn hash(number: u8) -> Hash {
    [number; 32]
}

pub fn session(sealed: &[u8]) -> SessionRow {
    SessionRow {
        sealed: sealed.to_vec(),
        seen_at: NOW,
        expires_at: NOW + 1000,
        subject: None,
        sid: None,
    }
}

/// Adds a session with this content.
pub async fn add(store: &dyn Store, number: u8, content: &[u8]) {
    let row = session(content);
    assert!(store.create_session(&hash(number), row).await.unwrap());
}

/// The next event, but for those that may have been lost before the receiver was there.
pub async fn next(events: &mut Receiver<SessionEvent>) -> SessionEvent {
    let wait = async {
        loop {
            match events.recv().await.unwrap() {
                SessionEvent::Missed => {}
                event => return event,
            }
        }
    };
    let waited = timeout(Duration::from_secs(5), wait).await;
    waited.expect("an event within five seconds")
}

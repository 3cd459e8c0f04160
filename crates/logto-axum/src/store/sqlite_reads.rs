//! The reads of every request from an `SQLite` file, on the thread of the request.
//!
//! A connection of sqlx has a thread of its own. To go there and back takes several times as long as
//! to read a session, which is in the cache of the operating system. These connections never wait:
//! what they cannot read at once is read through the pool.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError, TryLockError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row};

use crate::hash::Hash;

/// As many threads read at the same time.
const CONNECTIONS: usize = 4;

/// Connections that read at once or not at all.
#[derive(Debug)]
pub(super) struct Reads {
    path: PathBuf,
    connections: [Mutex<State>; CONNECTIONS],
}

#[derive(Debug, Default)]
enum State {
    #[default]
    New,
    Open(Connection),
    Closed,
}

impl Reads {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            connections: Default::default(),
        }
    }

    /// The row of a query with one parameter, or that there is none. `Err` when it cannot be read at
    /// once, for whatever reason; the connection is opened again then.
    pub(super) fn row<T>(
        &self,
        query: &'static str,
        key: &Hash,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, NotAtOnce> {
        let mut free =
            self.connections
                .iter()
                .filter_map(|connection| match connection.try_lock() {
                    Ok(state) => Some(state),
                    Err(TryLockError::Poisoned(state)) => Some(state.into_inner()),
                    Err(TryLockError::WouldBlock) => None,
                });
        let mut state = free.next().ok_or(NotAtOnce)?;
        if matches!(*state, State::New) {
            *state = State::Open(self.open().map_err(|_| NotAtOnce)?);
        }
        let State::Open(connection) = &*state else {
            return Err(NotAtOnce);
        };
        let found = connection
            .prepare_cached(query)
            .and_then(|mut statement| statement.query_row([key], read).optional());
        found.map_err(|_| {
            *state = State::New;
            NotAtOnce
        })
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        // Without a lock of its own: one thread at a time has it.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        Ok(connection)
    }

    /// Closes the file, once those who read are done. Nobody reads afterwards.
    pub(super) fn close(&self) {
        for connection in &self.connections {
            let mut state = connection.lock().unwrap_or_else(PoisonError::into_inner);
            *state = State::Closed;
        }
    }
}

/// A read through the pool will tell why.
#[derive(Debug)]
pub(super) struct NotAtOnce;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_never_waits_for_another_one() {
        let reads = Reads::new("nowhere.db".into());
        let held: Vec<_> = reads.connections.iter().map(Mutex::lock).collect();
        assert!(reads.row("SELECT ?", &[7; 32], |_| Ok(())).is_err());
        drop(held);
    }

    /// A read makes no file: the pool does.
    #[test]
    fn where_there_is_no_file_nothing_is_read_and_none_is_made() {
        let path = std::env::temp_dir().join(format!("sqlite-reads-{}.db", std::process::id()));
        let reads = Reads::new(path.clone());
        assert!(reads.row("SELECT ?", &[7; 32], |_| Ok(())).is_err());
        assert!(!path.exists());
    }
}

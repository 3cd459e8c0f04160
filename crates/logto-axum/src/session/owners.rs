//! Whose a session is, in columns: a logout at Logto finds it by them.

use super::repository::Sessions;
use crate::{
    hash::Hash,
    store::{SessionFilter, StoreError, StoreErrorKind},
};

impl Sessions {
    /// Writes the owner of each session that an earlier version wrote without one.
    pub(crate) async fn add_owners(&self) -> Result<(), StoreError> {
        let mut found = self.find(SessionFilter::WithoutSubject);
        while let Some(batch) = found.next().await? {
            for (session, _) in &batch {
                self.add_owner(session).await?;
            }
        }
        Ok(())
    }

    /// Another write that comes first has added it too.
    async fn add_owner(&self, session: &Hash) -> Result<(), StoreError> {
        let read = match self.read_version(session).await {
            Err(error) if error.kind == StoreErrorKind::Unreadable => None,
            read => read?,
        };
        let Some((row, data, version)) = read else {
            return Ok(());
        };
        let owned = self.row(session, &data, row.seen_at, row.expires_at)?;
        if owned.subject.is_some() {
            self.store.update_session(session, owned, version).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use logto::{Client, Config, Secret};

    use super::*;
    use crate::{
        options::AuthOptions,
        seal::SessionKeys,
        session::data::{SIGNED_IN, sid_hash, subject_hash},
        store::{MemoryStore, SessionRow, Store as _},
    };

    /// LO-08: also of a session that was there before the columns were.
    #[tokio::test]
    async fn sessions_of_an_earlier_version_are_found_by_subject_and_sid_after_the_start() {
        let url = |path: &str| format!("http://localhost:9/{path}").parse().unwrap();
        let secret = Secret::new("secret");
        let config = Config::new(url(""), "app", secret, url("callback"), url(""));
        let options = AuthOptions::new(url(""), SessionKeys::ephemeral());
        let client = Client::new(config).unwrap();
        let store = Arc::new(MemoryStore::default());
        let sessions = Sessions::new(store.clone(), &client, &options);
        // Two batches, and one that nobody is signed in to.
        for number in 0..151_u8 {
            let id = [number; 32];
            let data = match number {
                0 => serde_json::json!({ "cart": 1 }),
                _ => {
                    serde_json::json!({ SIGNED_IN: { "claims": { "sub": "u1", "sid": format!("s{number}") } } })
                }
            };
            let row = SessionRow {
                sealed: sessions.seal("session", &id, &data).unwrap(),
                seen_at: 5,
                expires_at: i64::MAX,
                subject: None,
                sid: None,
            };
            assert!(store.create_session(&id, row).await.unwrap());
        }
        sessions.add_owners().await.unwrap();
        let find = async |filter| store.find_sessions(filter, None, 999).await.unwrap();
        assert_eq!(
            find(SessionFilter::Subject(subject_hash("u1"))).await.len(),
            150
        );
        assert_eq!(find(SessionFilter::WithoutSubject).await.len(), 1);
        let [(id, row)] = &find(SessionFilter::Sid(sid_hash("s7"))).await[..] else {
            panic!("one session has this sid");
        };
        assert_eq!((*id, row.seen_at), ([7; 32], 5));
    }
}

//! What every [`Store`] promises, as tests: for whoever writes a store of their own.
//!
//! [`store_contract!`](crate::store_contract) makes a test of each promise:
//!
//! ```
//! # mod tests {
//! use std::sync::Arc;
//!
//! use logto_axum::{MemoryStore, testing::store_contract::Clients};
//!
//! /// A store that is empty, as two processes have it.
//! async fn open() -> Clients {
//!     let store = Arc::new(MemoryStore::default());
//!     [store.clone(), store]
//! }
//!
//! logto_axum::store_contract!(open);
//! # }
//! ```
//!
//! It may give an `Option` of them: without a server to test against, the tests do nothing. The
//! tests are those of [`tokio`](https://docs.rs/tokio), with its features `macros` and
//! `rt-multi-thread`.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::unwrap_used,
    reason = "each name is a promise, and a panic is a broken one"
)]

mod events;
mod found;
mod leases;
mod notes;
mod sessions;
mod shared;
mod sweeps;
mod tokens;
#[doc(hidden)]
pub mod tools;

use std::sync::Arc;

use crate::store::Store;

pub use self::{
    events::{an_event_reaches_the_other_client, the_end_of_a_session_is_an_event},
    found::sessions_are_found_by_subject_and_sid_page_by_page,
    leases::{
        a_late_holder_cannot_write, a_lease_ends_with_its_session,
        a_lease_has_one_holder_until_it_runs_out, of_twenty_holders_one_gets_the_lease,
    },
    notes::{
        a_state_is_spent_once, of_twenty_callbacks_with_one_state_one_spends_it,
        refused_sign_ins_are_remembered_with_the_latest_time,
    },
    sessions::{
        a_taken_session_id_is_refused_and_nothing_changes,
        a_touch_never_creates_a_session_and_changes_only_the_time,
        a_write_does_not_put_a_later_use_back, an_update_never_creates_a_session,
        fifty_touches_at_once_leave_the_session_whole, of_twenty_creations_of_one_id_one_wins,
        of_two_writers_of_a_session_one_wins, sessions_with_absurd_times_can_be_read_and_deleted,
    },
    shared::what_one_client_writes_the_other_reads,
    sweeps::{
        a_store_that_works_passes_its_check_and_is_not_changed_by_it,
        a_sweep_of_more_than_one_batch_removes_all_of_them,
        a_sweep_removes_what_is_past_its_time_and_nothing_else, times_past_2038_survive,
    },
    tokens::{
        deleting_a_session_takes_its_tokens_along, first_tokens_are_written_once,
        of_two_token_writers_one_wins, tokens_need_a_session,
    },
};

/// Two clients of one store, which is empty. They may be the same one where no other process can
/// reach the store.
pub type Clients = [Arc<dyn Store>; 2];
type Any = Arc<dyn Store>;

/// Makes a test of each promise of [`Store`](crate::Store), with a function that opens an empty
/// store for each: `async fn() -> Clients`, or `-> Option<Clients>`. See
/// [`store_contract`](crate::testing::store_contract).
#[macro_export]
macro_rules! store_contract {
    ($open:path) => {
        $crate::store_contract! { @each $open:
            a_taken_session_id_is_refused_and_nothing_changes,
            an_update_never_creates_a_session,
            a_touch_never_creates_a_session_and_changes_only_the_time,
            sessions_with_absurd_times_can_be_read_and_deleted,
            fifty_touches_at_once_leave_the_session_whole,
            of_twenty_creations_of_one_id_one_wins,
            of_two_writers_of_a_session_one_wins,
            a_write_does_not_put_a_later_use_back,
            sessions_are_found_by_subject_and_sid_page_by_page,
            deleting_a_session_takes_its_tokens_along,
            of_two_token_writers_one_wins,
            tokens_need_a_session,
            first_tokens_are_written_once,
            a_lease_has_one_holder_until_it_runs_out,
            a_late_holder_cannot_write,
            of_twenty_holders_one_gets_the_lease,
            a_lease_ends_with_its_session,
            a_state_is_spent_once,
            of_twenty_callbacks_with_one_state_one_spends_it,
            refused_sign_ins_are_remembered_with_the_latest_time,
            a_sweep_removes_what_is_past_its_time_and_nothing_else,
            a_sweep_of_more_than_one_batch_removes_all_of_them,
            times_past_2038_survive,
            a_store_that_works_passes_its_check_and_is_not_changed_by_it,
            the_end_of_a_session_is_an_event,
            an_event_reaches_the_other_client,
            what_one_client_writes_the_other_reads,
        }
    };
    (@each $open:path: $($promise:ident,)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            let clients: Option<$crate::testing::store_contract::Clients> = $open().await.into();
            if let Some(clients) = clients {
                $crate::testing::store_contract::$promise(clients).await;
            }
        })*
    };
}

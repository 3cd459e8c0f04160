//! Sessions in memory. Nothing outside the process reaches them, so both clients are one.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use logto_axum::{MemoryStore, store_contract, testing::store_contract::Clients};

fn open() -> Ready<Clients> {
    let store = Arc::new(MemoryStore::default());
    ready([store.clone(), store])
}

store_contract!(open);

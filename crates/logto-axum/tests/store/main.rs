//! Each store keeps what the contract promises; and what is said of one of them alone.

mod memory;
mod outage;
mod postgres;
mod proxy;
mod redis;
mod sqlite;
mod tls;

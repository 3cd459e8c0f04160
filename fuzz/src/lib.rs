//! Rules over whole requests and files. Those of the protocol are in `logto::fuzzing`, and that of sealing in
//! `logto_axum::fuzzing`, beside what they are about.

pub mod requests;
#[cfg(feature = "settings")]
pub mod settings;

//! Scopes, as they stand for a person: what was asked for, what was granted, and what a change takes.

mod catalogue;
mod choice;
mod known;
mod permissions;
mod standing;

pub(crate) use choice::choose;
pub(crate) use standing::load;

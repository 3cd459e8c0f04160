//! The application: its pages, its routes, and the document around them. What it does about signing in comes from
//! `leptos-logto`; it is that crate's first user.

mod components;
mod pages;
mod paths;
mod routes;
mod shell;
mod site;

pub use paths::PROTECTED;
pub use routes::App;
pub use shell::shell;
pub use site::{Account, Site};

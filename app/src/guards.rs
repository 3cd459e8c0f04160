//! The table of guarded pages: which page is for whom. The routes and the links to these pages are made of it, and the server's
//! access middleware has it from the routes. A page that is not here is for everybody.

use leptos_logto::{Guard, Requirement};

use crate::paths;

/// What Logto says about the person who is signed in.
pub const PROFILE: Guard = Guard::new(paths::PROFILE, Requirement::SignedIn);
/// What the application may know and do, and how to change it.
pub const SCOPES: Guard = Guard::new(paths::SCOPES, Requirement::SignedIn);
/// The access tokens, and what each opens.
pub const APIS: Guard = Guard::new(paths::APIS, Requirement::SignedIn);
/// Orders. What somebody may do there, the API decides.
pub const ORDERS: Guard = Guard::new(paths::ORDERS, Requirement::SignedIn);
/// The person's sessions at this application.
pub const SESSIONS: Guard = Guard::new(paths::SESSIONS, Requirement::SignedIn);
/// The organizations the person is in.
pub const ORGANIZATIONS: Guard = Guard::new(paths::ORGANIZATIONS, Requirement::SignedIn);
/// An organization: what it is, and what the person may do there.
pub const ORGANIZATION: Guard = Guard::new("/org/{organization}", Requirement::Member);
/// Whom its members can ask.
pub const SUPPORT: Guard = Guard::new("/org/{organization}/support", Requirement::Member);
/// Its bills.
pub const BILLING: Guard = Guard::new("/org/{organization}/billing", MANAGE_BILLING);

/// What it takes to see bills, wherever they are shown.
pub const MANAGE_BILLING: Requirement<'static> =
    Requirement::OrganizationPermission("manage:billing");

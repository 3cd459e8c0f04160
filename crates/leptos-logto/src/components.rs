//! The components.

#![expect(clippy::needless_pass_by_value, reason = "components own their props")]

mod another_account;
mod avatar;
mod guarded;
mod guarded_link;
mod lost_access;
mod menu;
mod notice;
mod organization_head;
mod organization_list;
mod organization_switcher;
mod organization_tile;
mod page;
mod problem;
mod protect;
mod query_form;
mod refused;
mod scopes_link;
mod session_notice;
mod sign_in_link;
mod sign_in_problem;
mod sign_in_prompt;
mod sign_out_button;
mod signed_in;
mod signed_out_notice;
mod time;
mod user_button;
mod viewer_field;

pub use another_account::AnotherAccount;
pub use avatar::Avatar;
pub use guarded::{GuardedPage, GuardedRoute, use_organization};
pub use guarded_link::GuardedLink;
pub use menu::Menu;
pub use notice::{Notice, NoticeTone};
pub use organization_head::OrganizationHead;
pub use organization_list::OrganizationList;
pub use organization_switcher::OrganizationSwitcher;
pub use organization_tile::OrganizationTile;
pub use page::Page;
pub use problem::Problem;
pub use protect::Protect;
pub use query_form::QueryForm;
pub use refused::{Refusal, Refused, provide_refusals};
pub use scopes_link::ScopesLink;
pub use session_notice::SessionNotice;
pub use sign_in_link::{SignInLink, use_current_page};
pub use sign_in_problem::SignInProblem;
pub use sign_in_prompt::SignInPrompt;
pub use sign_out_button::SignOutButton;
pub use signed_in::{SignedIn, SignedOut};
pub use signed_out_notice::SignedOutNotice;
pub use time::{Time, show_local_times};
pub use user_button::UserButton;
pub use viewer_field::ViewerField;

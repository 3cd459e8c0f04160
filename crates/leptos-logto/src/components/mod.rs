//! The pieces. Each has a class of its own name and no style; `--` custom properties and the application's stylesheet do
//! the rest.

#![expect(clippy::needless_pass_by_value, reason = "components own their props")]

mod access_token_list;
mod access_token_panel;
mod avatar;
mod claim_value;
mod claims_table;
mod copy_button;
mod countdown;
mod guarded;
mod guarded_link;
mod organization_head;
mod organization_list;
mod organization_switcher;
mod organization_tile;
mod page;
mod permission_panel;
mod person;
mod problem;
mod protect;
mod query_form;
mod refused;
mod scope_toggles;
mod session_notice;
mod sign_in_link;
mod sign_in_problem;
mod sign_out_button;
mod signed_in;
mod time;
mod user_button;
mod user_info_panel;
mod viewer_field;
mod with_user_info;

pub use access_token_list::AccessTokenList;
pub use access_token_panel::AccessTokenPanel;
pub use avatar::Avatar;
pub use copy_button::CopyButton;
pub use countdown::Countdown;
pub use guarded::{GuardedPage, GuardedRoute, use_organization};
pub use guarded_link::GuardedLink;
pub use organization_head::OrganizationHead;
pub use organization_list::OrganizationList;
pub use organization_switcher::OrganizationSwitcher;
pub use organization_tile::OrganizationTile;
pub use page::Page;
pub use permission_panel::PermissionPanel;
pub use person::Person;
pub use problem::{Problem, SignInPrompt};
pub use protect::Protect;
pub use query_form::QueryForm;
pub use refused::{Refusal, Refused, provide_refusals};
pub use scope_toggles::ScopeToggles;
pub use session_notice::SessionNotice;
pub use sign_in_link::{FirstScreen, SignInLink};
pub use sign_in_problem::SignInProblem;
pub use sign_out_button::SignOutButton;
pub use signed_in::{SignedIn, SignedOut};
pub use time::Time;
pub use user_button::UserButton;
pub use user_info_panel::UserInfoPanel;
pub use viewer_field::ViewerField;
pub use with_user_info::WithUserInfo;

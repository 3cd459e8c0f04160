//! The components.

#![expect(clippy::needless_pass_by_value, reason = "components own their props")]

mod access_token_list;
mod access_token_panel;
mod claim_groups;
mod claim_value;
mod copy_button;
mod countdown;
mod permission_panel;
mod person;
mod scope_toggles;
mod session_list;
mod user_info_panel;
mod with_user_info;

pub use access_token_list::AccessTokenList;
pub use access_token_panel::{AccessTokenPanel, ApiPage};
pub use copy_button::CopyButton;
pub use countdown::Countdown;
pub use permission_panel::PermissionPanel;
pub use person::Person;
pub use scope_toggles::ScopeToggles;
pub use session_list::SessionList;
pub use user_info_panel::UserInfoPanel;
pub use with_user_info::WithUserInfo;

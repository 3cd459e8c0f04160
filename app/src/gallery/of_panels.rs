use leptos::prelude::*;
use leptos_logto::TokenRefusal;
use leptos_logto_panels::{
    AccessTokenList, AccessTokenPanel, CopyButton, Countdown, Fetch, PermissionPanel, Person,
    Reason, ScopeNotice, ScopeState, ScopeToggles, SessionList, SessionsNotice, UserInfoPanel,
};

use super::{
    data::{alice, alice_without_billing, membership, viewer},
    example::{Component, Example, component},
    panel_data::{card, choices, info, info_without_email, refused, sessions, tokens},
};

/// The components of `leptos-logto-panels`.
pub(super) const COMPONENTS: &[Component] = &[
    component! { Person
        { "a verified email address", alice: <Person viewer=viewer() info=info(Fetch::Answered)/> }
        { "no email address", alice: <Person viewer=viewer() info=info_without_email(Reason::NotSet)/> }
        { "the email address was not requested", alice:
            <Person viewer=viewer() info=info_without_email(Reason::NotAsked)/> }
    },
    component! { UserInfoPanel
        { "of the ID token", alice:
            <UserInfoPanel info=info(Fetch::NotAsked) scopes="/scopes" with_userinfo="/profile?userinfo=true" without_userinfo="/profile"/> }
        { "with userinfo", alice:
            <UserInfoPanel info=info(Fetch::Answered) scopes="/scopes" with_userinfo="/profile?userinfo=true" without_userinfo="/profile"/> }
        { "Logto is not responding", alice:
            <UserInfoPanel info=info(Fetch::Unavailable) scopes="/scopes" with_userinfo="/profile?userinfo=true" without_userinfo="/profile"/> }
    },
    component! { ScopeToggles
        { "granted", alice: <ScopeToggles choices=choices(ScopeState::Granted, None)/> }
        { "changes were applied, one scope is off", alice:
            <ScopeToggles choices=choices(ScopeState::SwitchedOff, Some(ScopeNotice::Applied))/> }
        { "requested, not granted", alice:
            <ScopeToggles choices=choices(ScopeState::NotGranted, Some(ScopeNotice::NotGranted))/> }
        { "not requested", alice: <ScopeToggles choices=choices(ScopeState::NotAsked, None)/> }
        { "Logto is not responding", alice:
            <ScopeToggles choices=choices(ScopeState::Unknown, Some(ScopeNotice::Unavailable))/> }
    },
    component! { AccessTokenList
        { "a token with permissions, one without, one that is refused", alice:
            <AccessTokenList tokens=tokens() refresh=ServerAction::new()/> }
    },
    component! { AccessTokenPanel
        { "with permissions", alice:
            <AccessTokenPanel card=card(&["read:orders"], &[]) organizations=Vec::new() refresh=ServerAction::new()/> }
        { "without permissions", alice:
            <AccessTokenPanel card=card(&[], &["read:orders"]) organizations=Vec::new() refresh=ServerAction::new()/> }
        { "beyond the grant", alice:
            <AccessTokenPanel card=refused(TokenRefusal::BeyondGrant(vec!["write:orders".to_owned()])) organizations=Vec::new() refresh=ServerAction::new()/> }
        { "Logto is not responding", alice:
            <AccessTokenPanel card=refused(TokenRefusal::Unavailable) organizations=Vec::new() refresh=ServerAction::new()/> }
    },
    component! { CopyButton
        { "a quiet one", alice:
            <CopyButton class="logto-button logto-button--quiet logto-button--small" text="vy5uejihtdj7".to_owned()>"Copy"</CopyButton> }
        { "after a press", alice:
            <CopyButton copied=true text="vy5uejihtdj7".to_owned()>"Copy"</CopyButton> }
    },
    component! { Countdown
        { "an hour", alice: <Countdown name="shop" left=3600 lifetime=3600/> }
        { "less than a minute", alice: <Countdown name="shop" left=42 lifetime=3600/> }
        { "expired", alice: <Countdown name="shop" left=0 lifetime=3600/> }
    },
    component! { PermissionPanel
        { "granted and not granted", alice:
            <PermissionPanel membership=membership(&[("invite:member", true), ("manage:billing", false)])/> }
        { "off in Scopes", alice_without_billing:
            <PermissionPanel membership=membership(&[("invite:member", true), ("manage:billing", false)])/> }
        { "none requested", alice: <PermissionPanel membership=membership(&[])/> }
    },
    component! { SessionList
        { "this session and another one", alice:
            <SessionList sessions=sessions(2, None) end=ServerAction::new() end_others=ServerAction::new()/> }
        { "another one has ended", alice:
            <SessionList sessions=sessions(1, Some(SessionsNotice::OthersEnded(1))) end=ServerAction::new() end_others=ServerAction::new()/> }
    },
];

use leptos::prelude::*;
use leptos_logto::{
    Access, AnotherAccount, AuthError, Avatar, FirstScreen, Guard, GuardedLink, Menu, Notice,
    NoticeTone, OrganizationHead, OrganizationList, OrganizationSwitcher, OrganizationTile,
    Organizations, Problem, QueryForm, Refusal, Refused, Requirement, ScopesLink, SessionNotice,
    SignInLink, SignInProblem, SignInPrompt, SignOutButton, SignOutExtent, SignedIn, SignedOut,
    Time, UserButton,
};

use super::{
    data::{
        acme, after, alice, alice_at_the_end, alice_ended, alice_idle, alice_without_billing,
        alice_without_memberships, many, membership, nameless, nobody, not_requested, one, two,
        viewer,
    },
    example::{Component, Example, component},
};

const BILLING: Requirement<'static> = Requirement::OrganizationPermission("manage:billing");

const PROFILE: Guard = Guard::new("/profile", Requirement::SignedIn);

/// A refusal of a page of acme.
fn refusal(access: Access, requires: Requirement<'static>) -> Refusal {
    Refusal {
        access,
        requires,
        organization: Some(acme().id),
    }
}

/// The components of `leptos-logto`.
pub(super) const COMPONENTS: &[Component] = &[
    component! { SignInLink
        { "a link", nobody: <SignInLink>"Sign in"</SignInLink> }
        { "a button that leads to the registration", nobody:
            <SignInLink class="logto-button" first_screen=FirstScreen::Register>"Create an account"</SignInLink> }
    },
    component! { SignOutButton
        { "of this app and Logto", alice: <SignOutButton>"Sign out"</SignOutButton> }
        { "of this app only", alice:
            <SignOutButton extent=SignOutExtent::ThisApplication>"Sign out of this app only"</SignOutButton> }
    },
    component! { SignedIn
        { "signed in", alice: <SignedIn><p>"Hello, Alice"</p></SignedIn> }
    },
    component! { SignedOut
        { "signed out", nobody: <SignedOut><SignInLink>"Sign in"</SignInLink></SignedOut> }
    },
    component! { GuardedLink
        { "to a page for those who are signed in", alice: <GuardedLink to=PROFILE>"Profile"</GuardedLink> }
    },
    component! { UserButton
        { "the menu of the person", alice: <UserButton/> }
        { "with an entry of the application", alice: <UserButton><a class="logto-menu__item" href="/sessions">"Your sessions"</a></UserButton> }
    },
    component! { Menu
        { "two entries", alice:
            <Menu summary="More".into_any()>
                <a class="logto-menu__item" href="/profile">"Profile"</a>
                <a class="logto-menu__item" href="/scopes">"Scopes"</a>
            </Menu> }
    },
    component! { Avatar
        { "initials, until there is a picture", alice: <Avatar viewer=viewer()/> }
    },
    component! { AnotherAccount
        { "signed in", alice: <AnotherAccount/> }
    },
    component! { Notice
        { "information", alice: <Notice tone=NoticeTone::Info title="No changes to apply."/> }
        { "success", alice: <Notice tone=NoticeTone::Success title="Order placed.">"It is the first one below."</Notice> }
        { "warning", alice: <Notice tone=NoticeTone::Warning title="Requested, not granted">"Ask an administrator."</Notice> }
        { "error", alice: <Notice tone=NoticeTone::Error title="Order not placed."/> }
    },
    component! { OrganizationHead
        { "one of two organizations", alice: <OrganizationHead membership=membership(&[])/> }
    },
    component! { OrganizationList
        { "two organizations", alice: <OrganizationList organizations=two()/> }
        { "nine organizations, with a search", alice: <OrganizationList organizations=many()/> }
        { "names are unavailable", alice: <OrganizationList organizations=nameless()/> }
        { "no organization", alice: <OrganizationList organizations=Organizations::default()/> }
        { "not requested", alice: <OrganizationList organizations=not_requested()/> }
        { "off in Scopes", alice_without_memberships: <OrganizationList organizations=Organizations::default()/> }
    },
    component! { OrganizationSwitcher
        { "two organizations", alice: <OrganizationSwitcher organizations=two() current=Some(acme().id)/> }
        { "one organization", alice: <OrganizationSwitcher organizations=one() current=Some(acme().id)/> }
        { "open", alice: <OrganizationSwitcher organizations=many() current=Some("ash".to_owned()) open=true/> }
    },
    component! { OrganizationTile
        { "initials", alice: <OrganizationTile organization=acme()/> }
    },
    component! { Problem
        { "Logto is not responding", alice: <Problem error=AuthError::Upstream/> }
        { "the request did not arrive", alice: <Problem error=AuthError::Transport/> }
        { "forbidden", alice: <Problem error=AuthError::Forbidden/> }
        { "the session has ended", nobody: <Problem error=AuthError::SignedOut/> }
    },
    component! { Refused
        { "signed out", nobody: <Refused refusal=refusal(Access::SignedOut, BILLING)/> }
        { "a permission is missing", alice: <Refused refusal=refusal(Access::Forbidden, BILLING)/> }
        { "the permission is off in Scopes", alice_without_billing:
            <Refused refusal=refusal(Access::Forbidden, BILLING)/> }
        { "a role is missing", alice:
            <Refused refusal=refusal(Access::Forbidden, Requirement::OrganizationRole("admin"))/> }
        { "not a member", alice: <Refused refusal=refusal(Access::NotFound, Requirement::Member)/> }
        { "Logto is not responding", alice: <Refused refusal=refusal(Access::Unavailable, BILLING)/> }
    },
    component! { ScopesLink
        { "to the switch of a scope", alice: <ScopesLink scope="manage:billing"/> }
    },
    component! { SessionNotice
        { "the session ends soon without a use", alice_idle: <SessionNotice/> }
        { "it ends soon whatever happens", alice_at_the_end: <SessionNotice/> }
        { "it has ended", alice_ended: <SessionNotice/> }
    },
    component! { SignInPrompt
        { "the session has ended", nobody: <SignInPrompt/> }
    },
    component! { SignInProblem
        { "cancelled", nobody, at "/sign-in-problem?reason=cancelled": <SignInProblem/> }
        { "expired", nobody, at "/sign-in-problem?reason=expired": <SignInProblem/> }
        { "refused, signed in", alice, at "/sign-in-problem?reason=refused": <SignInProblem/> }
        { "this account cannot sign in", nobody, at "/sign-in-problem?reason=access-denied": <SignInProblem/> }
    },
    component! { QueryForm
        { "a search", alice:
            <QueryForm page="/organizations">
                <label class="logto-field">
                    <span class="logto-field__label">"Find"</span>
                    <input class="logto-field__input" type="search" name="find"/>
                </label>
                <button class="logto-button" type="submit">"Search"</button>
            </QueryForm> }
    },
    component! { Time
        { "to the second", alice: <Time moment=after(0)/> }
        { "in a list", alice: <Time moment=after(0) short=true/> }
    },
];

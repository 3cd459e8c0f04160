use leptos::prelude::*;
use logto_types::{Access, Requirement, scope};

use super::{
    another_account::AnotherAccount, scopes_link::ScopesLink, sign_in_link::use_current_page,
    sign_in_prompt::SignInPrompt,
};
use crate::{auth::use_auth, page_paths::use_page_paths, texts::use_texts};

/// Why somebody does not see a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The answer of the server: anything but [`Access::Granted`].
    pub access: Access,
    /// The requirement of the page.
    pub requires: Requirement<'static>,
    /// The organization of the page.
    pub organization: Option<String>,
}

/// The function that renders refusals, in context.
#[derive(Clone, Copy)]
struct Drawn(fn(Refusal) -> AnyView);

/// Makes guarded pages below draw their refusals with this, for instance with a title, and
/// [`Refused`] in it. For [`Access::NotFound`] it should render the page of an unknown address, so
/// that the two look the same.
pub fn provide_refusals(draw: fn(Refusal) -> AnyView) {
    provide_context(Drawn(draw));
}

pub(super) fn refused(refusal: Refusal) -> AnyView {
    match use_context::<Drawn>() {
        Some(Drawn(draw)) => draw(refusal),
        None => view! { <Refused refusal/> }.into_any(),
    }
}

/// A refusal: what is missing, who can give it, and the ways on.
#[component]
pub fn Refused(
    /// The refusal.
    refusal: Refusal,
    /// For somebody who lacks something: further ways on, such as whom to ask. Not while pages of
    /// organizations are closed to them.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let Refusal {
        access,
        requires,
        organization,
    } = refusal;
    let texts = &use_texts().guard;
    let (title, body) = match access {
        Access::SignedOut => (texts.signed_out, view! { <SignInPrompt/> }.into_any()),
        Access::Forbidden => (
            texts.forbidden,
            missing(requires, organization, children).into_any(),
        ),
        Access::Unavailable => (texts.unavailable, unavailable().into_any()),
        Access::NotFound | Access::Granted => (texts.not_found, not_found().into_any()),
    };
    view! {
        <section class="logto logto-refused">
            {(access == Access::Forbidden).then(|| view! { <Lock/> })}
            <h1 class="logto-refused__title">{title}</h1>
            {body}
        </section>
    }
}

/// Decorative: the title says it.
#[component]
fn Lock() -> impl IntoView {
    view! {
        <svg class="logto-refused__mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>
        </svg>
    }
}

fn missing(
    requires: Requirement<'static>,
    organization: Option<String>,
    further: Option<Children>,
) -> impl IntoView {
    let table = use_texts();
    let texts = &table.guard;
    let (what, who) = match requires {
        Requirement::Role(_) => (texts.role, texts.ask_application),
        Requirement::Permission { .. } if organization.is_some() => {
            (texts.permission, texts.ask_organization)
        }
        Requirement::Permission { .. } => (texts.permission, texts.ask_application),
        Requirement::OrganizationRole(_) => (texts.organization_role, texts.ask_organization),
        Requirement::OrganizationPermission(_) => {
            (texts.organization_permission, texts.ask_organization)
        }
        Requirement::Member => (texts.member, table.organizations.scope_missing),
        Requirement::SignedIn => ("", ""),
    };
    let name = match requires {
        Requirement::Member => scope::ORGANIZATIONS,
        requires => requires.name(),
    };
    let is_off = |name: &str| untrack(|| use_auth().has_switched_off(name));
    // Pages of organizations need the scope of memberships.
    let is_closed = requires == Requirement::Member || is_off(scope::ORGANIZATIONS);
    let is_off = is_off(name);
    let who = if is_off { texts.switched_off } else { who };
    let scopes = is_off.then(|| view! { <ScopesLink class="logto-button" scope=name/> " " });
    let paths = use_page_paths();
    let (address, label) = match organization {
        Some(_) if is_closed => (paths.organizations.to_owned(), table.switcher.all),
        Some(id) => (paths.of_organization(&id), texts.to_organization),
        None => (paths.home.to_owned(), table.general.home_page),
    };
    view! {
        <p class="logto-refused__what">
            {what}
            {(!name.is_empty()).then(|| view! { " " <code class="logto-chip">{name}</code> })}
        </p>
        <p class="logto-refused__who">{who}</p>
        <p class="logto-refused__ways">
            {scopes} <a class="logto-button" class=("logto-button--quiet", is_off) href=address>
                {label}
            </a>
            " "
            {further.filter(|_| !is_closed).map(|further| further())}
        </p>
    }
}

fn unavailable() -> impl IntoView {
    let table = use_texts();
    let here = use_current_page();
    view! {
        <p role="status">{table.guard.unavailable_about}</p>
        <p class="logto-refused__ways">
            <a class="logto-button" href=here rel="external">
                {table.general.try_again}
            </a>
        </p>
    }
}

fn not_found() -> impl IntoView {
    let table = use_texts();
    view! {
        <p>{table.guard.not_found_about}</p>
        <p class="logto-refused__ways">
            <a class="logto-button" href=use_page_paths().home>
                {table.general.home_page}
            </a>
        </p>
        <AnotherAccount/>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::page_paths::{PagePaths, provide_page_paths};

    #[test]
    fn a_refusal_leads_to_the_pages_that_the_application_has() {
        let html = |organization: Option<&str>| {
            Owner::new().with(|| {
                provide_page_paths(PagePaths {
                    home: "/start",
                    organization: "/teams",
                    ..PagePaths::default()
                });
                let refusal = Refusal {
                    access: Access::Forbidden,
                    requires: Requirement::Role("admin"),
                    organization: organization.map(str::to_owned),
                };
                view! { <Refused refusal/> }.to_html()
            })
        };
        assert!(html(Some("acme")).contains("href=\"/teams/acme\""));
        assert!(html(None).contains("href=\"/start\""));
    }
}

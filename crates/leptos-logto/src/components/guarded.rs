use leptos::{
    children::ViewFn,
    prelude::*,
    tachys::{reactive_graph::OwnedView, view::any_view::IntoMaybeErased},
    task::spawn_local,
};
use leptos_router::{ChooseView, NestedRoute, SsrMode, hooks::use_params_map};
use logto_types::{Access, Guard, Requirement};

use super::{
    hydration_task::HydrationTask,
    lost_access::{KnownAccess, LostAccess},
    page::Page,
    refused::{Refusal, refused},
};
use crate::{
    api::check_access,
    auth::{AuthContext, use_auth},
    error::AuthError,
    memo::memo,
    route_path::{ORGANIZATION, RoutePath},
    texts::use_texts,
};

/// A route for those whom its guard lets in. The page is not rendered for anybody else: they see
/// what [`provide_refusals`](crate::provide_refusals) draws. The access middleware has the guard
/// from here, by `server::generate_guarded_route_list`.
///
/// ```
/// # use leptos::prelude::*;
/// # use leptos_router::components::*;
/// use leptos_logto::{Guard, GuardedRoute, Requirement};
///
/// const BILLING: Guard = Guard::new("/billing", Requirement::Role("accountant"));
///
/// # #[component]
/// # fn Billing() -> impl IntoView {}
/// # #[component]
/// # fn Pages() -> impl IntoView {
/// view! {
///     <Routes fallback=|| "Not found">
///         <GuardedRoute guard=BILLING view=Billing/>
///     </Routes>
/// }
/// # }
/// ```
///
/// A document comes with the page or the refusal in it, with and without JavaScript. When somebody
/// navigates in the browser, a grey area stands in for the page while the server is asked.
#[component(transparent)]
pub fn GuardedRoute(
    /// The path of the page and its requirement.
    guard: Guard,
    /// The page: a component, or [`Page::lazy`] for one that is loaded when somebody goes there.
    #[prop(into)]
    view: Page,
) -> <NestedRoute<RoutePath, (), (), GuardedPage> as IntoMaybeErased>::Output {
    #[cfg(feature = "ssr")]
    crate::server::note_guard(guard);
    NestedRoute::new(RoutePath(guard.path), GuardedPage { guard, view })
        .ssr_mode(SsrMode::Async)
        .into_maybe_erased()
}

/// The view of a [`GuardedRoute`].
#[derive(Clone)]
pub struct GuardedPage {
    guard: Guard,
    view: Page,
}

impl ChooseView for GuardedPage {
    async fn choose(self) -> AnyView {
        let Self { guard, view } = self;
        let view = view.load().await;
        view! { <HydrationTask><Guarded guard view/></HydrationTask> }.into_any()
    }

    /// The router waits for this before it renders the route, and not afterwards.
    async fn preload(&self) {
        self.view.clone().load().await;
    }
}

/// The organization of a page, in context.
#[derive(Clone)]
struct Current(Option<String>);

/// The id of the organization that the page is about, from its path; empty on a page of none. It
/// stays the same for as long as the page is there: for another organization there is another page,
/// so that nothing of one can show under the other.
#[must_use]
pub fn use_organization() -> String {
    current_organization().unwrap_or_default()
}

pub(super) fn current_organization() -> Option<String> {
    use_context::<Current>().and_then(|Current(organization)| organization)
}

/// For the first HTML the access middleware has decided, and the page carries its `Access`. For a
/// navigation in the browser `check_access` decides, unless the requirement is only a session,
/// which the browser knows.
#[component]
fn Guarded(guard: Guard, view: ViewFn) -> impl IntoView {
    let auth = use_auth();
    let params = use_params_map();
    let organization = Memo::new(move |_| params.read().get(ORGANIZATION));
    let known = RwSignal::new(
        SharedValue::new(given_access)
            .into_inner()
            .or_else(|| {
                let is_signed_in = untrack(|| auth.is_signed_in());
                let enough = guard.requires == Requirement::SignedIn && is_signed_in;
                enough.then_some(Access::Granted)
            })
            .map(|access| (organization.get_untracked(), access)),
    );
    ask_when_unknown(guard, auth, organization, known);
    provide_context(LostAccess(known));
    let now = memo(move || {
        let organization = organization.get();
        let access = known.with(|known| match known {
            Some((of, access)) if *of == organization => Some(*access),
            _ => None,
        });
        let signed_out = auth.is_signed_out().then_some(Access::SignedOut);
        (organization, signed_out.or(access))
    });
    move || {
        let (organization, access) = now();
        match access {
            Some(Access::Granted) => {
                // Its own owner ends with it. That of this closure keeps what was hydrated: the first run is outside of it.
                let owner = Owner::new();
                let view = owner.with(|| {
                    provide_context(Current(organization));
                    view.run()
                });
                OwnedView::new_with_owner(view, owner).into_any()
            }
            Some(access) => refused(Refusal {
                access,
                requires: guard.requires,
                organization,
            }),
            None => view! { <Waiting/> }.into_any(),
        }
    }
}

fn ask_when_unknown(
    guard: Guard,
    auth: AuthContext,
    organization: Memo<Option<String>>,
    known: RwSignal<KnownAccess>,
) {
    Effect::new(move |before: Option<u32>| {
        let (asked, changes) = (organization.get(), auth.changes());
        let is_known = known.with_untracked(|known| matches!(known, Some((of, _)) if *of == asked));
        let has_changed = before.is_some_and(|before| before != changes)
            && guard.requires != Requirement::SignedIn;
        if is_known && !has_changed {
            return changes;
        }
        spawn_local(async move {
            let answer = check_access(guard.requires.to_string(), asked.clone()).await;
            let access = match answer {
                Ok(access) => access,
                Err(AuthError::SignedOut) => Access::SignedOut,
                Err(_) if is_known => return,
                Err(_) => Access::Unavailable,
            };
            if access == Access::SignedOut {
                auth.session_ended();
            }
            // The person may have navigated to another page meanwhile.
            if organization.try_get_untracked() == Some(asked.clone()) {
                known.try_set(Some((asked, access)));
            }
        });
        changes
    });
}

/// The placeholder of a page, at about its size, until the server has answered.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <div class="logto logto-waiting" role="status">
            <span class="logto-visually-hidden">{use_texts().general.loading}</span>
            <span class="logto-waiting__title" aria-hidden="true"></span>
            <span class="logto-waiting__block" aria-hidden="true"></span>
        </div>
    }
}

#[cfg(feature = "ssr")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "what is written here may be missing in the browser"
)]
fn given_access() -> Option<Access> {
    Some(crate::server::given_access())
}

/// The browser reads what the server wrote. For a page that is made in the browser the server wrote
/// nothing.
#[cfg(not(feature = "ssr"))]
fn given_access() -> Option<Access> {
    None
}

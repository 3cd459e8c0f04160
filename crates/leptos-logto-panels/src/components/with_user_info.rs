use leptos::{either::Either, prelude::*};

use leptos_logto::{Problem, suspend};

use crate::{
    api::load_user_info,
    model::{Fetch, UserInfo},
    panel_texts::use_panel_texts,
};

/// Shows its children with what is known about the person who is signed in, which the server looks
/// up before the page is sent. With `fetch`, from userinfo too, for a page that needs more than the
/// claims of the ID token.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_logto_panels::WithUserInfo;
///
/// #[component]
/// fn TimeZone() -> impl IntoView {
///     view! {
///         <WithUserInfo fetch=true let:info>
///             <p>"Your time zone: " {info.text("zoneinfo").map(str::to_owned)}</p>
///         </WithUserInfo>
///     }
/// }
/// ```
///
/// Around an `<Outlet/>` it serves every page below. It is no guard: without a session it shows the
/// sign-in link. Without JavaScript the page comes with it, and a change of `fetch` is another
/// page.
///
/// When Logto does not answer, the children get what the ID token has, and [`UserInfo::fetch`] says
/// so. A change of where the claims are from is announced to screen readers.
#[component]
pub fn WithUserInfo<C, V>(
    /// Whether to ask the userinfo endpoint, which is one more request to Logto.
    #[prop(optional, into)]
    fetch: Signal<bool>,
    /// What is shown while a browser waits for the answer. A page that comes from the server has it
    /// already.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// The content, rendered from the claims.
    children: C,
) -> impl IntoView
where
    C: Fn(UserInfo) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let info = Resource::new_blocking(move || fetch.get(), load_user_info);
    let busy = RwSignal::new(false);
    let table = use_panel_texts();
    let said = RwSignal::new("");
    Effect::new(move |before: Option<Option<Fetch>>| {
        let before = before.flatten();
        let now = info.get().and_then(Result::ok).map(|info| info.fetch);
        if let (Some(before), Some(now)) = (before, now)
            && before != now
        {
            said.set(now.text(table));
        }
        now.or(before)
    });
    view! {
        <div class="logto-with-user-info" aria-busy=move || if busy.get() { "true" } else { "false" }>
            <p class="logto-visually-hidden" role="status">
                {move || said.get()}
            </p>
            <Transition fallback=move || fallback.run() set_pending=busy>
                {move || {
                    let children = children.clone();
                    suspend(async move {
                        match info.await {
                            Ok(info) => Either::Left(children(info)),
                            Err(error) => Either::Right(view! { <Problem error/> }),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

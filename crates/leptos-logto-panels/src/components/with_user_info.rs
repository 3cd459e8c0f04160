use std::sync::Arc;

use leptos::{either::Either, prelude::*};
use serde::{Deserialize, Serialize, Serializer};

use leptos_logto::{AuthError, AwaitResource, Problem};

use crate::{
    api::load_user_info,
    components::person::SHOWN_CLAIMS,
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
    /// Whether the children show the claims by [`UserInfoPanel`](crate::UserInfoPanel) and
    /// [`Person`](crate::Person) alone. The panel is HTML that the browser takes as it is, so the
    /// page does not carry the claims a second time: on a page that comes from the server, `info`
    /// has in the browser only those that `Person` shows.
    #[prop(optional)]
    html_only: bool,
    /// What is shown while a browser waits for the answer. A page that comes from the server has it
    /// already.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// The content, rendered from the claims.
    children: C,
) -> impl IntoView
where
    C: Fn(Arc<UserInfo>) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let info = Resource::new_blocking(
        move || fetch.get(),
        move |fetch| async move {
            let info = Arc::new(load_user_info(fetch).await?);
            Ok::<_, AuthError>(Loaded { info, html_only })
        },
    );
    let busy = RwSignal::new(false);
    let table = use_panel_texts();
    let said = RwSignal::new("");
    Effect::new(move |before: Option<Option<Fetch>>| {
        let before = before.flatten();
        let now = info.get().and_then(Result::ok);
        let now = now.map(|loaded| loaded.info.fetch);
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
            <AwaitResource resource=info fallback set_pending=busy let:info>
                {match info {
                    Ok(loaded) => Either::Left(children(loaded.info)),
                    Err(error) => Either::Right(view! { <Problem error/> }),
                }}
            </AwaitResource>
        </div>
    }
}

/// What is known about a person, as a page carries it.
#[derive(Clone, Deserialize)]
#[serde(from = "UserInfo")]
struct Loaded {
    info: Arc<UserInfo>,
    html_only: bool,
}

impl From<UserInfo> for Loaded {
    fn from(info: UserInfo) -> Self {
        Self {
            info: Arc::new(info),
            html_only: false,
        }
    }
}

impl Serialize for Loaded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.html_only {
            self.info.only(&SHOWN_CLAIMS).serialize(serializer)
        } else {
            self.info.serialize(serializer)
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::model::{ClaimGroup, ClaimRow, ClaimSource, ClaimValue};

    fn info() -> UserInfo {
        let claims = ["name", "email", "zoneinfo"].map(|name| ClaimRow {
            name: name.into(),
            label: None,
            group: ClaimGroup::Person,
            value: ClaimValue::Text(name.to_uppercase()),
            source: ClaimSource::IdToken,
            scope: None,
        });
        UserInfo {
            claims: claims.into(),
            fetch: Fetch::Answered,
            json: "{}".to_owned(),
            ..UserInfo::default()
        }
    }

    fn carried(html_only: bool) -> Arc<UserInfo> {
        let info = Arc::new(info());
        let text = serde_json::to_string(&Loaded { info, html_only }).unwrap();
        serde_json::from_str::<Loaded>(&text).unwrap().info
    }

    #[test]
    fn a_page_carries_all_that_is_known_to_the_children() {
        assert_eq!(*carried(false), info());
    }

    #[test]
    fn beside_a_panel_of_html_it_carries_what_a_person_shows() {
        let carried = carried(true);
        let names: Vec<&str> = carried.claims.iter().map(|claim| &*claim.name).collect();
        assert_eq!(names, ["email"]);
        assert_eq!((carried.fetch, &*carried.json), (Fetch::Answered, ""));
    }
}

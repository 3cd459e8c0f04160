use leptos::{either::Either, prelude::*};
use leptos_logto::{Access, Refusal, Refused};
use leptos_meta::Title;

use super::NotFound;
use crate::{guards, language::t};

/// In the place of a page that somebody may not see. A page that they may not know of looks like an address without a route.
#[component]
pub fn RefusedPage(
    /// Why.
    refusal: Refusal,
) -> impl IntoView {
    let title = match refusal.access {
        Access::NotFound | Access::Granted => return Either::Left(view! { <NotFound/> }),
        Access::SignedOut => t!(logto.guard.signed_out),
        Access::Forbidden => t!(refused.title),
        Access::Unavailable => t!(logto.guard.unavailable),
    };
    let support = refusal.organization.clone();
    Either::Right(view! {
        <Title text=title/>
        <Refused refusal>
            {support
                .map(|organization| {
                    view! {
                        <a class="button button--quiet" href=guards::SUPPORT.path.href(&organization)>
                            {t!(refused.contact_support)}
                        </a>
                    }
                })}
        </Refused>
    })
}

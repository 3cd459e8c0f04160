use std::future::Future;

use leptos::{either::Either, prelude::*};
use leptos_logto::{AuthError, AwaitResource, Problem, use_organization};
use leptos_logto_panels::CopyButton;

use super::Loading;
use crate::{api::Contact, language::t};

/// Whom people of an organization write to, as soon as the server has said so.
#[component]
pub fn ContactPanel<L, F>(
    /// What it is for.
    heading: &'static str,
    /// What to know about it.
    about: &'static str,
    /// Asks the server, for an organization.
    load: L,
) -> impl IntoView
where
    L: Fn(String) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Contact, AuthError>> + Send + 'static,
{
    let organization = use_organization();
    let contact = Resource::new_blocking(|| (), move |()| load(organization.clone()));
    view! {
        <section class="panel">
            <h2>{heading}</h2>
            <p>{about}</p>
            <AwaitResource resource=contact fallback=|| view! { <Loading rows=2/> } let:contact>
                {match contact {
                    Ok(contact) => Either::Left(facts(contact)),
                    Err(error) => Either::Right(view! { <Problem error of_page=true/> }),
                }}
            </AwaitResource>
        </section>
    }
}

/// Whom to write to, and what to quote.
fn facts(Contact { address, reference }: Contact) -> impl IntoView {
    let href = format!("mailto:{address}?subject={reference}");
    view! {
        <dl class="contact-facts">
            <div>
                <dt>{t!(organization.address)}</dt>
                <dd>
                    <a href=href>{address}</a>
                </dd>
            </div>
            <div>
                <dt>{t!(organization.reference)}</dt>
                <dd>
                    <code>{reference.clone()}</code>
                    " "
                    <CopyButton class="button button--quiet button--small" text=reference>
                        {t!(panels.copy.copy)}
                    </CopyButton>
                </dd>
            </div>
        </dl>
    }
}

use leptos::prelude::*;
use logto_types::SignOutExtent;

use super::{avatar::Avatar, menu::Menu, sign_out_button::SignOutButton};
use crate::{auth::use_auth, memo::memo, texts::use_texts};

/// The person's picture and name, which opens a [`Menu`]: name and e-mail address, links of the
/// application, then the three [extents](SignOutExtent) of a sign-out, each with what it ends. Shows
/// nothing when nobody is signed in.
#[component]
pub fn UserButton(
    /// The first entries of the menu, such as links to the person's pages, with the class
    /// `logto-menu__item`.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let auth = use_auth();
    let texts = &use_texts().account;
    let children = StoredValue::new(children);
    let sign_out = |extent: SignOutExtent, text: &'static str, hint: &'static str| {
        view! {
            <SignOutButton class="logto-menu__item" extent>
                {text}
                " "
                <small class="logto-user-button__hint">{hint}</small>
            </SignOutButton>
        }
    };
    // A use of the session changes its end, and must not draw the menu anew.
    let viewer = memo(move || auth.viewer());
    move || {
        viewer().map(|viewer| {
            let name = viewer.display_name();
            let email = viewer.email.clone().filter(|email| *email != name);
            let person = view! {
                <p class="logto-user-button__person">
                    <bdi>{name.clone()}</bdi>
                    {email.map(|email| view! { <bdi class="logto-user-button__hint">{email}</bdi> })}
                </p>
            };
            let summary = view! {
                <Avatar viewer/>
                <span class="logto-user-button__name">{name}</span>
            };
            view! {
                <Menu class="logto-user-button" summary=summary.into_any()>
                    {person}
                    {children.with_value(|children| children.as_ref().map(|children| children()))}
                    <div class="logto-user-button__ways-out">
                        {sign_out(SignOutExtent::default(), texts.sign_out, texts.sign_out_hint)}
                        {sign_out(SignOutExtent::Everywhere, texts.sign_out_everywhere, texts.sign_out_everywhere_hint)}
                        {sign_out(
                            SignOutExtent::ThisApplication,
                            texts.sign_out_application,
                            texts.sign_out_application_hint,
                        )}
                    </div>
                </Menu>
            }
        })
    }
}

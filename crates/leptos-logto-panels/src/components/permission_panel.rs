use leptos::prelude::*;

use leptos_logto::{HeldPermission, Membership, Moment, ScopesLink, Time, texts::fill, use_auth};

use super::copy_button::CopyButton;
use crate::panel_texts::use_panel_texts;

/// What the person may do in an organization, ticked and crossed, as the organization token has it;
/// folded, the id of the organization, whom that token is for, and until when. The same with and without JavaScript, but for the time
/// zone.
///
/// ![The panel: permissions granted and not granted, and the organization token](https://raw.githubusercontent.com/leptos-logto/leptos-logto/main/docs/components/permission-panel.png)
#[component]
pub fn PermissionPanel(
    /// The organization, as its members see it.
    membership: Membership,
) -> impl IntoView {
    let Membership {
        organization,
        permissions,
        audience,
        issued,
        expires,
        ..
    } = membership;
    let table = use_panel_texts();
    let texts = &table.permissions;
    let is_empty = permissions.is_empty();
    let missing = permissions.iter().filter(|permission| !permission.held);
    let names = missing.map(|permission| permission.name.clone());
    let (off, lacking): (Vec<String>, Vec<String>) = names.partition(|name| is_off(name));
    let fill_in = |text, names: &[String]| fill(text, "permissions", &names.join(", "));
    let ask = (!lacking.is_empty()).then(|| fill_in(texts.ask, &lacking));
    let off_text = fill_in(texts.switched_off, &off);
    view! {
        <section class="logto logto-panel logto-permission-panel" aria-labelledby="permissions-title">
            <h2 id="permissions-title">{texts.permissions}</h2>
            <p>{texts.permissions_about}</p>
            {is_empty.then(|| view! { <p class="logto-empty">{texts.no_permissions}</p> })}
            <ul class="logto-permission-panel__list">{permissions.into_iter().map(row).collect_view()}</ul>
            {off
                .into_iter()
                .next()
                .map(|scope| {
                    view! {
                        <p class="logto-permission-panel__ask">
                            {off_text} " " <ScopesLink scope/>
                        </p>
                    }
                })}
            {ask.map(|text| view! { <p class="logto-permission-panel__ask">{text}</p> })}
            <details class="logto-permission-panel__token">
                <summary>{texts.token}</summary>
            <dl class="logto-permission-panel__facts">
                <div>
                    <dt>{texts.id}</dt>
                    <dd>
                        <code>{organization.id.clone()}</code>
                        " "
                        <CopyButton class="logto-button logto-button--quiet logto-button--small" text=organization.id>
                            {table.copy.copy}
                        </CopyButton>
                    </dd>
                </div>
                <div>
                    <dt>{texts.audience} " " <code>"aud"</code></dt>
                    <dd>
                        <code>{audience}</code>
                    </dd>
                </div>
                {issued.map(|moment| time(texts.issued, "iat", moment))}
                {expires.map(|moment| time(texts.expires, "exp", moment))}
            </dl>
            </details>
        </section>
    }
}

fn is_off(permission: &str) -> bool {
    untrack(|| use_auth().has_switched_off(permission))
}

fn row(permission: HeldPermission) -> impl IntoView {
    let table = use_panel_texts();
    let texts = &table.permissions;
    let HeldPermission { name, held } = permission;
    let (class, drawing, state) = if held {
        (
            "logto-permission logto-permission--held",
            "M3.5 8.5l3 3 6-7",
            texts.held,
        )
    } else {
        let state = if is_off(&name) {
            table.user_info.switched_off
        } else {
            texts.not_held
        };
        ("logto-permission", "M4.5 4.5l7 7M11.5 4.5l-7 7", state)
    };
    view! {
        <li class=class>
            <svg class="logto-permission__mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                <path d=drawing fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>
            </svg>
            <code class="logto-permission__name">{name}</code>
            <span class="logto-permission__state">{state}</span>
        </li>
    }
}

fn time(label: &'static str, claim: &'static str, moment: Moment) -> impl IntoView {
    view! {
        <div>
            <dt>{label} " " <code>{claim}</code></dt>
            <dd>
                <Time moment/>
            </dd>
        </div>
    }
}

use leptos::{either::Either, form::ActionForm, html, prelude::*};
use leptos_logto::{
    Problem, SignOutButton, Time, ViewerField, texts::fill, use_current_page, use_texts,
};
use logto_types::DeviceKind;

use crate::{
    api::{EndOtherSessions, EndSession},
    model::{SessionCard, Sessions, SessionsNotice},
    panel_texts::{SessionListTexts, use_panel_texts},
};

/// The person's sessions at this application: for each the browser, the system, where and when it
/// began and when it was last used. This one is marked, and ends by a sign-out; each of the others
/// has a button, and there is one for all others.
///
/// With JavaScript the list changes in place, and the focus moves to the notice that says what was
/// done; without, a form loads the page. Either way the page gives the note `sessions` of its query
/// to [`load_sessions`](crate::load_sessions).
///
/// ![The list: two sessions, each with its device and times, and a button](https://raw.githubusercontent.com/leptos-logto/leptos-logto/main/docs/components/session-list.png)
#[component]
pub fn SessionList(
    /// The sessions, as [`load_sessions`](crate::load_sessions) gives them.
    sessions: Sessions,
    /// The action that ends one.
    end: ServerAction<EndSession>,
    /// The action that ends all others.
    end_others: ServerAction<EndOtherSessions>,
) -> impl IntoView {
    let texts = &use_panel_texts().sessions;
    let Sessions {
        list,
        total,
        notice,
    } = sessions;
    let shown = (list.len() < total).then(|| {
        let text = fill(texts.shown, "all", &total.to_string());
        fill(&text, "count", &list.len().to_string())
    });
    let is_alone = total <= 1;
    let cards = list
        .into_iter()
        .map(|card| session(texts, card, end))
        .collect_view();
    let failure = move || match (end.value().get(), end_others.value().get()) {
        (Some(Err(error)), _) | (_, Some(Err(error))) => Some(view! { <Problem error/> }),
        _ => None,
    };
    let others = if is_alone {
        Either::Left(view! { <p class="logto-session-list__about">{texts.only}</p> })
    } else {
        Either::Right(view! {
            <ActionForm action=end_others>
                <input type="hidden" name="return_to" value=use_current_page()/>
                <ViewerField/>
                <button
                    class="logto-button"
                    type="submit"
                    aria-busy=move || end_others.pending().get().then_some("true")
                >
                    {texts.end_others}
                </button>
            </ActionForm>
        })
    };
    view! {
        <div class="logto logto-session-list">
            {failure}
            {notice.map(|notice| describe_notice(texts, notice))}
            <ul class="logto-session-list__items">{cards}</ul>
            {shown.map(|shown| view! { <p class="logto-session-list__about">{shown}</p> })}
            {others}
        </div>
    }
}

/// What the last form did. It has the focus, so that keyboards and screen readers go on there.
fn describe_notice(texts: &SessionListTexts, notice: SessionsNotice) -> impl IntoView + use<> {
    let element = NodeRef::<html::P>::new();
    Effect::new(move |_| {
        let _ = element.get().map(|element| element.focus());
    });
    view! {
        <p class="logto-notice" role="status" tabindex="-1" node_ref=element>
            {notice.text(texts)}
        </p>
    }
}

fn session(
    texts: &'static SessionListTexts,
    card: SessionCard,
    end: ServerAction<EndSession>,
) -> impl IntoView {
    let name = card.name(texts);
    let SessionCard {
        handle,
        kind,
        address,
        signed_in,
        last_used,
        ends,
        ..
    } = card;
    let current = handle
        .is_none()
        .then(|| view! { <span class="logto-chip logto-chip--good">{texts.current}</span> });
    let button = match handle {
        None => Either::Left(view! {
            <SignOutButton class="logto-button logto-button--quiet">
                {use_texts().account.sign_out}
            </SignOutButton>
        }),
        Some(handle) => Either::Right(end_button(texts, &name, handle, end)),
    };
    view! {
        <li class="logto-panel logto-session">
            <div class="logto-session__head">
                <h2 class="logto-session__name">{name}</h2>
                {current}
            </div>
            <dl class="logto-session__facts">
                {fact(texts.device, device(texts, kind))}
                {address.map(|address| fact(texts.address, address))}
                {fact(texts.signed_in, view! { <Time moment=signed_in/> })}
                {fact(texts.last_used, view! { <Time moment=last_used/> })}
                {fact(texts.ends, view! { <Time moment=ends/> })}
            </dl>
            {button}
        </li>
    }
}

/// The name is in each button, too, so that a list of buttons tells them apart.
fn end_button(
    texts: &'static SessionListTexts,
    name: &str,
    handle: String,
    end: ServerAction<EndSession>,
) -> impl IntoView + use<> {
    let name = use_texts().label(texts.end) + name;
    let ends_this = {
        let handle = handle.clone();
        move || {
            let pending = end.input().get();
            pending.is_some_and(|pending| pending.handle == handle)
        }
    };
    view! {
        <ActionForm action=end>
            <input type="hidden" name="handle" value=handle/>
            <input type="hidden" name="return_to" value=use_current_page()/>
            <ViewerField/>
            <button
                class="logto-button logto-button--quiet"
                type="submit"
                aria-label=name
                aria-busy=move || ends_this().then_some("true")
            >
                {texts.end}
            </button>
        </ActionForm>
    }
}

fn fact(label: &'static str, value: impl IntoView) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd>{value}</dd>
        </div>
    }
}

fn device(texts: &SessionListTexts, kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Computer => texts.computer,
        DeviceKind::Phone => texts.phone,
        DeviceKind::Tablet => texts.tablet,
        _ => texts.unknown_device,
    }
}

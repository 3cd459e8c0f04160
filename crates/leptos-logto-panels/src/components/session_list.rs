use leptos::{either::Either, form::ActionForm, prelude::*};
use leptos_logto::{
    AuthError, Notice, NoticeTone, Problem, SignOutButton, SignOutExtent, Time, ViewerField,
    texts::fill, use_current_page, use_texts,
};
use logto_types::DeviceKind;

use crate::{
    api::{EndOtherSessions, EndSession},
    model::{SessionCard, Sessions, SessionsNotice},
    panel_texts::{SessionListTexts, use_panel_texts},
};

/// So many other sessions are shown; the older ones are folded.
const UNFOLDED: usize = 10;

/// The person's sessions at this application, a row for each: the browser, the system, where and when it
/// began and when it was last used. This one is marked, and ends by a sign-out; each of the others
/// has a button, and above them stands one for all others, and one that signs out everywhere. From the
/// eleventh on they are folded. What a form has done is said with what it has not: a browser keeps its session at Logto.
///
/// With JavaScript the list changes in place, and the focus moves to the notice that says what was
/// done or may not have been done; without, a form loads the page. Either way the page gives the note `sessions` of its query
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
    /// The address of Logto's account settings, where sessions at Logto can be ended. Without one, no
    /// link to them is offered.
    #[prop(optional, into)]
    account_settings: String,
) -> impl IntoView {
    let texts = &use_panel_texts().sessions;
    let Sessions {
        list,
        total,
        notice,
    } = sessions;
    let (current, others): (Vec<_>, Vec<_>) =
        list.into_iter().partition(|card| card.handle.is_none());
    let other_total = total.saturating_sub(current.len());
    let current = current
        .into_iter()
        .map(|card| current_session(texts, card, other_total > 0))
        .collect_view();
    let others = if other_total == 0 {
        Either::Left(view! { <p class="logto-session-list__about">{texts.only}</p> })
    } else {
        Either::Right(other_sessions(texts, others, other_total, end, end_others))
    };
    // What was done or failed before would contradict what comes next.
    let is_news = RwSignal::new(true);
    Effect::new(move |_| {
        if end.pending().get() {
            is_news.set(false);
            end_others.clear();
        }
    });
    Effect::new(move |_| {
        if end_others.pending().get() {
            is_news.set(false);
            end.clear();
        }
    });
    let news = move || {
        let notice = notice.clone().filter(|_| is_news.get());
        notice.map(|notice| describe_notice(texts, &notice, &account_settings))
    };
    let failure = move || {
        describe_failure(end.value().get(), texts.failed)
            .or_else(|| describe_failure(end_others.value().get(), texts.others_failed))
    };
    view! {
        <div class="logto logto-session-list">
            {failure}
            {news}
            {current}
            {others}
        </div>
    }
}

fn describe_failure(
    outcome: Option<Result<(), AuthError>>,
    text: &'static str,
) -> Option<impl IntoView> {
    let error = outcome?.err()?;
    Some(view! { <Problem error of_action=text/> })
}

/// What the last form did, and where an ended session may come back. It has the focus, so that keyboards and screen readers go
/// on there.
fn describe_notice(
    texts: &'static SessionListTexts,
    notice: &SessionsNotice,
    account_settings: &str,
) -> impl IntoView + use<> {
    let title = notice.text(texts);
    if matches!(
        notice,
        SessionsNotice::EndedBefore | SessionsNotice::OthersEnded(0)
    ) {
        return view! { <Notice tone=NoticeTone::Info title takes_focus=true/> }.into_any();
    }
    let settings = (!account_settings.is_empty()).then(|| {
        let address = account_settings.to_owned();
        view! {
            <a class="logto-button logto-button--quiet logto-button--small" href=address rel="external">
                {texts.account_settings}
            </a>
        }
        .into_any()
    });
    view! {
        <Notice tone=NoticeTone::Success title action=settings takes_focus=true>
            <p>{texts.at_logto}</p>
        </Notice>
    }
    .into_any()
}

/// This session, and where there are others the way to end all of them with it.
fn current_session(
    texts: &'static SessionListTexts,
    card: SessionCard,
    has_others: bool,
) -> impl IntoView {
    let account = &use_texts().account;
    let class = "logto-button logto-button--quiet logto-button--small";
    let everywhere = has_others.then(|| {
        view! {
            <div class="logto-session-list__everywhere">
                <p class="logto-session-list__about">{account.sign_out_everywhere_hint}</p>
                <SignOutButton class extent=SignOutExtent::Everywhere>
                    {account.sign_out_everywhere}
                </SignOutButton>
            </div>
        }
    });
    view! {
        <div class="logto-session-list__rows">
            <div class="logto-session">
                <h2 class="logto-session__name">
                    {card.name(texts)} " "
                    <span class="logto-chip logto-chip--good">{texts.current}</span>
                </h2>
                {facts(texts, card, None)}
                <SignOutButton class>{account.sign_out}</SignOutButton>
                <p class="logto-session__hint">{account.sign_out_hint}</p>
            </div>
            {everywhere}
        </div>
    }
}

fn other_sessions(
    texts: &'static SessionListTexts,
    mut cards: Vec<SessionCard>,
    total: usize,
    end: ServerAction<EndSession>,
    end_others: ServerAction<EndOtherSessions>,
) -> impl IntoView {
    let heading = fill(texts.others, "count", &total.to_string());
    let shown = (cards.len() < total).then(|| {
        let text = fill(texts.shown, "all", &total.to_string());
        let text = fill(&text, "count", &cards.len().to_string());
        view! { <p class="logto-session-list__about">{text}</p> }
    });
    let rows = move |cards: Vec<SessionCard>| {
        let rows = cards.into_iter();
        let rows = rows.map(|card| other_session(texts, card, end));
        view! { <ul class="logto-session-list__rows">{rows.collect_view()}</ul> }
    };
    let older = cards.split_off(cards.len().min(UNFOLDED));
    let older = (!older.is_empty()).then(|| {
        let summary = fill(texts.older, "count", &older.len().to_string());
        view! {
            <details class="logto-session-list__older">
                <summary>{summary}</summary>
                {rows(older)}
            </details>
        }
    });
    view! {
        <div class="logto-session-list__head">
            <h2>{heading}</h2>
            <ActionForm action=end_others>
                <input type="hidden" name="return_to" value=use_current_page()/>
                <ViewerField/>
                <button
                    class="logto-button logto-button--quiet logto-button--small"
                    type="submit"
                    aria-busy=move || end_others.pending().get().then_some("true")
                >
                    {texts.end_others}
                </button>
            </ActionForm>
            <p class="logto-session__hint">{texts.end_others_hint} " " {texts.at_logto}</p>
        </div>
        {shown}
        {rows(cards)}
        {older}
    }
}

fn other_session(
    texts: &'static SessionListTexts,
    card: SessionCard,
    end: ServerAction<EndSession>,
) -> impl IntoView {
    let name = card.name(texts);
    let handle = card.handle.clone().unwrap_or_default();
    let id = format!("logto-session-{handle}");
    let button = end_button(texts, handle, &id, end);
    view! {
        <li class="logto-session">
            <h3 class="logto-session__name" id=id.clone()>
                {name}
            </h3>
            {facts(texts, card, Some(id))}
            {button}
        </li>
    }
}

/// The list of what is known; first what tells apart two browsers that are called the same. Of another session, `id` begins the ids
/// of its times; this one is in use, and says when it ends.
fn facts(texts: &'static SessionListTexts, card: SessionCard, id: Option<String>) -> impl IntoView {
    let SessionCard {
        kind,
        address,
        signed_in,
        last_used,
        ends,
        ..
    } = card;
    let time = |moment| view! { <Time moment/> };
    let ends = id
        .is_none()
        .then(|| fact(texts.ends, None, time(ends), None));
    let last_used = match id {
        Some(_) => Either::Left(time(last_used)),
        None => Either::Right(texts.now),
    };
    let part = |part: &str| id.as_ref().map(|id| format!("{id}-{part}"));
    let is_plain = Some("logto-visually-hidden");
    view! {
        <dl class="logto-session__facts">
            {fact(texts.signed_in, None, time(signed_in), part("began"))}
            {fact(texts.last_used, None, last_used, part("used"))}
            {ends}
            {fact(texts.device, is_plain, device(texts, kind), None)}
            {address.map(|address| fact(texts.address, is_plain, address, None))}
        </dl>
    }
}

/// The session, its beginning and its last use are in the name of each button, so that a list of buttons tells
/// them apart, also those of two devices of the same kind.
fn end_button(
    texts: &'static SessionListTexts,
    handle: String,
    session: &str,
    end: ServerAction<EndSession>,
) -> impl IntoView + use<> {
    let id = format!("{session}-end");
    let name = format!("{id} {session} {session}-used {session}-began");
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
                class="logto-button logto-button--quiet logto-button--small"
                type="submit"
                id=id
                aria-labelledby=name
                aria-busy=move || ends_this().then_some("true")
            >
                {texts.end}
            </button>
        </ActionForm>
    }
}

/// `class` is that of the label.
fn fact(
    label: &'static str,
    class: Option<&'static str>,
    value: impl IntoView,
    id: Option<String>,
) -> impl IntoView {
    view! {
        <div id=id>
            <dt class=class>{label}</dt>
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

//! The sessions of the person at this application.

use leptos_logto::{
    AuthError,
    server::{moment_to_the_minute, redirect_to, refuse},
};
use logto_axum::{Auth, OwnSession, OwnSessions, ReturnTo};

use crate::{
    model::{SessionCard, Sessions, SessionsNotice},
    server::page_notice::PageNotice,
};

const NOTICE: PageNotice = PageNotice {
    parameter: "sessions",
    cookie: "sessions-notice",
};

/// The sessions, and the notice of the note in the address.
pub(crate) async fn own_sessions(auth: &Auth, note: Option<&str>) -> Result<Sessions, AuthError> {
    let OwnSessions { list, total, .. } = auth.own_sessions().await.map_err(refuse)?;
    let note = note.filter(|note| NOTICE.is_new(note));
    Ok(Sessions {
        list: list.into_iter().filter_map(card).collect(),
        total,
        notice: note.and_then(|note| auth.open_note(NOTICE.parameter, note)),
    })
}

/// `None` when its times are none.
fn card(session: OwnSession) -> Option<SessionCard> {
    let OwnSession {
        handle,
        device,
        signed_in_at,
        last_used_at,
        ends_at,
        ..
    } = session;
    Some(SessionCard {
        handle,
        browser: device.browser,
        system: device.system,
        kind: device.kind,
        address: device.address,
        signed_in: moment_to_the_minute(signed_in_at)?,
        last_used: moment_to_the_minute(last_used_at)?,
        ends: moment_to_the_minute(ends_at)?,
    })
}

/// Ends another session, and leads back to the page.
pub(crate) async fn end_session(
    auth: &Auth,
    handle: &str,
    return_to: Option<&str>,
) -> Result<(), AuthError> {
    let notice = match auth.end_other_session(handle).await.map_err(refuse)? {
        Some(device) => SessionsNotice::Ended {
            browser: device.browser,
            system: device.system,
        },
        None => SessionsNotice::EndedBefore,
    };
    lead_back(auth, return_to, &notice);
    Ok(())
}

/// Ends all other sessions, and leads back to the page.
pub(crate) async fn end_other_sessions(
    auth: &Auth,
    return_to: Option<&str>,
) -> Result<(), AuthError> {
    let ended = auth.end_other_sessions().await.map_err(refuse)?;
    lead_back(auth, return_to, &SessionsNotice::OthersEnded(ended));
    Ok(())
}

fn lead_back(auth: &Auth, return_to: Option<&str>, notice: &SessionsNotice) {
    let page = return_to.map(ReturnTo::parse).unwrap_or_default();
    let page = page.outside(auth.app().flow_paths());
    redirect_to(&NOTICE.address(auth, &page, notice));
}

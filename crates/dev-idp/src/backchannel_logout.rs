//! Back-channel logout: applications are notified that a session has ended.

use std::{collections::HashMap, time::Duration};

use serde_json::{Map, Value, json};

use crate::{
    live::Shared,
    random,
    state::{Authorization, State},
};

/// How long a logout token counts, in seconds.
const LIFE: i64 = 120;
/// How long an application may take to answer. Logto waits as long, and sends nothing again.
const PATIENCE: Duration = Duration::from_millis(2500);

/// A logout token on its way to an application.
pub(crate) struct Delivery {
    uri: String,
    token: String,
}

/// Ends every session of a person, as a sign-out in each of their browsers does, and makes the logout tokens of it.
pub(crate) fn end_sessions(shared: &Shared, state: &mut State, user: &str) -> Vec<Delivery> {
    let theirs = |held: Option<&String>| held.is_some_and(|held| held == user);
    let ended: Vec<_> = state
        .sessions
        .extract_if(|_, session| theirs(session.user.as_ref()))
        .collect();
    let mut deliveries = Vec::new();
    for (_, session) in ended {
        deliveries.extend(deliveries_of(shared, state, user, &session.authorizations));
        end_authorizations(state, session.authorizations);
    }
    deliveries
}

/// Ends what dies with a session.
pub(crate) fn end_authorizations(
    state: &mut State,
    authorizations: HashMap<String, Authorization>,
) {
    for authorization in authorizations
        .into_values()
        .filter(|authorization| !authorization.survives)
    {
        state.revoke(&authorization.grant);
    }
}

/// The logout tokens for the applications of a session that has ended.
pub(crate) fn deliveries_of(
    shared: &Shared,
    state: &State,
    user: &str,
    authorizations: &HashMap<String, Authorization>,
) -> Vec<Delivery> {
    let applications = shared.fixture().applications.iter();
    applications
        .filter_map(|application| {
            let uri = application.backchannel_logout_uri.clone()?;
            let authorization = authorizations.get(&application.id)?;
            let sid = application
                .backchannel_logout_session_required
                .then_some(authorization.sid.as_str());
            let token = token(shared, state, &application.id, user, sid);
            Some(Delivery { uri, token })
        })
        .collect()
}

fn token(
    shared: &Shared,
    state: &State,
    application: &str,
    user: &str,
    sid: Option<&str>,
) -> String {
    let now = state.now();
    let mut claims = Map::new();
    let mut add = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
    add("sub", user.into());
    add(
        "events",
        json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
    );
    add("jti", random::token().into());
    if let Some(sid) = sid {
        add("sid", sid.into());
    }
    add("aud", application.into());
    add("exp", (now + LIFE).into());
    add("iat", now.into());
    add("iss", shared.issuer().into());
    state.keys.sign(Some("logout+jwt"), &claims)
}

/// Sends logout tokens, all at the same time and each once. Whatever an application answers, its person is signed out here.
pub(crate) async fn deliver(deliveries: Vec<Delivery>) {
    if deliveries.is_empty() {
        return;
    }
    // An application of this machine: no proxy is asked.
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build();
    let client = match client {
        Ok(client) => client,
        Err(error) => {
            tracing::warn!(%error, "no logout token can be sent");
            return;
        }
    };
    let sent: Vec<_> = deliveries
        .into_iter()
        .map(|Delivery { uri, token }| {
            let request = client.post(&uri).form(&[("logout_token", token)]);
            tokio::spawn(async move {
                let answer = request.send().await;
                match answer.and_then(reqwest::Response::error_for_status) {
                    Ok(_) => tracing::debug!(uri, "a logout token was sent"),
                    Err(error) => {
                        tracing::warn!(%error, "a logout token was not taken; it is not sent again");
                    }
                }
            })
        })
        .collect();
    for one in sent {
        let _ = one.await;
    }
}

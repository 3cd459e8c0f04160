//! What an operator sees and ends.

use std::collections::BTreeMap;

use logto_axum::{SessionKeys, SessionSummary, SessionsOf};

use crate::support::{ALICE, App, BOB};

/// How many sessions each subject has.
async fn listed(app: &App, of: &SessionsOf) -> BTreeMap<String, usize> {
    let mut sessions = BTreeMap::new();
    let each = |session: SessionSummary| {
        assert!(session.signed_in_at <= session.ends_at && session.last_used_at < session.ends_at);
        *sessions.entry(session.subject).or_default() += 1;
    };
    assert_eq!(app.auth.list_sessions(of, each).await.unwrap(), 0);
    sessions
}

#[tokio::test]
async fn an_operator_lists_and_ends_the_sessions_of_one_person() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let mut again = app.signed_in("alice").await;
    let mut bob = app.signed_in("bob").await;
    let of_alice = SessionsOf::Subject(ALICE.to_owned());
    assert_eq!(
        listed(&app, &SessionsOf::Everybody).await,
        BTreeMap::from([(ALICE.to_owned(), 2), (BOB.to_owned(), 1)])
    );
    assert_eq!(
        listed(&app, &of_alice).await,
        BTreeMap::from([(ALICE.to_owned(), 2)])
    );

    assert_eq!(app.auth.end_sessions(&of_alice).await.unwrap().sessions, 2);
    let revoked = app.provider.seen_at("/oidc/token/revocation");
    assert_eq!(revoked.len(), 2, "their tokens are revoked");
    for browser in [&mut alice, &mut again] {
        assert_eq!(browser.get("/profile").await.status, 303);
    }
    assert_eq!(bob.get("/profile").await.status, 200);
    let nobody = SessionsOf::Sid("unknown".to_owned());
    assert_eq!(app.auth.end_sessions(&nobody).await.unwrap().sessions, 0);
    assert_eq!(
        app.auth
            .end_sessions(&SessionsOf::Everybody)
            .await
            .unwrap()
            .sessions,
        1
    );
    assert!(listed(&app, &SessionsOf::Everybody).await.is_empty());
}

#[tokio::test]
async fn a_store_that_fails_is_an_error_and_no_empty_list() {
    let app = App::start().await;
    app.signed_in("alice").await;
    app.store.fail_next("find_sessions", 1);
    let everybody = SessionsOf::Everybody;
    assert!(app.auth.list_sessions(&everybody, |_| {}).await.is_err());
    app.store.fail_next("delete_session", 1);
    assert!(app.auth.end_sessions(&everybody).await.is_err());
    assert_eq!(app.auth.end_sessions(&everybody).await.unwrap().sessions, 1);
}

#[tokio::test]
async fn sessions_that_no_key_opens_are_counted_and_their_tokens_are_not_revoked() {
    let app = App::start().await;
    app.signed_in("alice").await;
    app.signed_in("bob").await;
    let other = app.beside_with(SessionKeys::ephemeral()).await;
    let everybody = SessionsOf::Everybody;
    let nothing = |session| panic!("{session:?} was read");
    let unreadable = other.auth.list_sessions(&everybody, nothing).await;
    assert_eq!(unreadable.unwrap(), 2);
    let ended = other.auth.end_sessions(&everybody).await.unwrap();
    assert_eq!((ended.sessions, ended.tokens_not_revoked), (2, 2));
    let revoked = app.provider.seen_at("/oidc/token/revocation");
    assert!(revoked.is_empty(), "{revoked:?}");
}

//! What is known about the person who is signed in.

use leptos_logto::{
    AuthError,
    server::{PicturePolicy, refuse},
};
use logto_axum::{Auth, Error, SignedIn};

use super::claims::{Asked, Known, describe};
use crate::model::UserInfo;

pub(crate) async fn user_info(
    auth: &Auth,
    person: &SignedIn,
    fetch: bool,
) -> Result<UserInfo, AuthError> {
    let known = |userinfo| {
        describe(&Known {
            id_token: &person.claims,
            userinfo,
            asked: &person.asked,
            granted: &person.scope,
            switched_off: &person.switched_off,
            pictures: PicturePolicy::of(auth),
        })
    };
    if !fetch {
        return Ok(known(Asked::Not));
    }
    match auth.user_info().await {
        Ok(fetched) => Ok(known(Asked::Answered(&fetched))),
        // The ID token is still at hand: half an answer, and saying so, beats none.
        Err(
            error @ (Error::Logto(_) | Error::Throttled | Error::TimedOut | Error::Interrupted),
        ) => {
            let _ = refuse(error);
            Ok(known(Asked::Silent))
        }
        Err(error) => Err(refuse(error)),
    }
}

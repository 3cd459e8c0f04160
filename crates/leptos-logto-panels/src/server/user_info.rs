//! The claims of the person who is signed in, from ID token and userinfo.

use leptos_logto::{
    AuthError,
    server::{PicturePolicy, log_fault, refuse},
};
use logto_axum::{Auth, CurrentUser, Error};

use super::claims::{ClaimSources, UserInfoAnswer, describe};
use crate::model::UserInfo;

pub(crate) async fn user_info(
    auth: &Auth,
    person: &CurrentUser,
    fetch: bool,
) -> Result<UserInfo, AuthError> {
    let describe_with = |userinfo| {
        describe(&ClaimSources {
            id_token: &person.claims,
            userinfo,
            asked: &person.asked,
            granted: &person.scope,
            switched_off: &person.switched_off,
            pictures: PicturePolicy::of(auth),
        })
    };
    if !fetch {
        return Ok(describe_with(UserInfoAnswer::NotRequested));
    }
    match auth.user_info().await {
        Ok(fetched) => Ok(describe_with(UserInfoAnswer::Answered(&fetched))),
        // The claims of the ID token are still shown, with a notice that userinfo is missing.
        Err(
            error @ (Error::Logto(_) | Error::Throttled | Error::TimedOut | Error::Interrupted),
        ) => {
            log_fault(&error);
            Ok(describe_with(UserInfoAnswer::Unavailable))
        }
        Err(error) => Err(refuse(error)),
    }
}

//! The userinfo endpoint (OIDC Core 1.0 section 5.3).

#[cfg(test)]
mod tests;

use crate::claims::Claims;
use crate::discovery::ProviderMetadata;
use crate::error::UserInfoError;
use crate::message::{Answer, Endpoint, Request};
use crate::secret::Secret;

/// Builds the request with the opaque access token.
pub(crate) fn request(provider: &ProviderMetadata, access_token: &Secret) -> Request {
    Request {
        authorization: Some(Secret::new(format!("Bearer {}", access_token.expose()))),
        secrets: vec![access_token.clone()],
        ..Request::get(
            "asking for userinfo",
            Endpoint::UserInfo,
            provider.userinfo_endpoint.clone(),
        )
    }
}

/// Validates the response, which must have the `sub` of the ID token: otherwise the data of two
/// people would be mixed.
pub(crate) fn read(
    answer: &Answer,
    secrets: &[Secret],
    expected_subject: &str,
) -> Result<Claims, UserInfoError> {
    if answer.status != 200 {
        let status = UserInfoError::Status {
            status: answer.status,
        };
        return Err(answer
            .refusal(secrets)
            .map_or(status, UserInfoError::Refused));
    }
    if answer.content_type.eq_ignore_ascii_case("application/jwt") {
        return Err(UserInfoError::Signed);
    }
    let claims = Claims::read(answer.exact_object().ok_or(UserInfoError::NotJson)?)?;
    if claims.sub != expected_subject || claims.sub.is_empty() {
        return Err(UserInfoError::AnotherPerson);
    }
    Ok(claims)
}

//! What a browser may ask of a sign-in, judged before it travels.

use logto::{
    DirectSignIn, FirstScreen, Identifier, OrganizationId, Prompt, Scopes, Secret, SignIn,
};

use crate::ReturnTo;

/// What a browser may ask of a new sign-in. Everything else is decided by configuration (CB-20).
#[derive(Clone, Debug, Default)]
pub struct SignInRequest {
    /// Where to go afterwards.
    pub return_to: ReturnTo,
    /// Which of Logto's screens to begin with.
    pub first_screen: Option<FirstScreen>,
    /// Instead of the configured prompts: [`Prompt::Login`] to ask for the password, [`Prompt::Consent`], which is always
    /// among them. [`Prompt::None`] is refused.
    pub prompts: Option<Vec<Prompt>>,
    /// What the person probably types.
    pub login_hint: Option<String>,
    /// Straight to a social or enterprise connector.
    pub direct_sign_in: Option<DirectSignIn>,
    /// What to ask for first, with [`FirstScreen::IdentifierSignIn`] and its like.
    pub identifiers: Vec<Identifier>,
    /// Whose branding Logto's pages wear.
    pub organization: Option<OrganizationId>,
    /// Languages of Logto's pages, best first: `ja en`.
    pub ui_locales: Option<String>,
    /// The token of a link that was sent to the person; its e-mail address goes into `login_hint`.
    pub one_time_token: Option<Secret>,
    /// Instead of the configured scopes. Only those of [`offered_scopes`](crate::LogtoAuth::offered_scopes) pass.
    pub scopes: Option<Scopes>,
}

/// What is wrong with a request.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("its {0} cannot be asked for")]
pub(super) struct Unfit(&'static str);

impl SignInRequest {
    /// What to ask Logto for.
    pub(super) fn judge(&self, offered: &Scopes) -> Result<SignIn, Unfit> {
        let fit = |fits: bool, name: &'static str| if fits { Ok(()) } else { Err(Unfit(name)) };
        let words = |text: &Option<String>, most: usize, allowed: fn(char) -> bool| {
            text.as_ref()
                .is_none_or(|text| text.len() <= most && text.chars().all(allowed))
        };
        let scopes = self.scopes.as_ref();
        fit(
            scopes.is_none_or(|scopes| scopes.is_subset(offered)),
            "scope",
        )?;
        let mut prompts = self.prompts.clone();
        if let Some(prompts) = &mut prompts {
            fit(!prompts.contains(&Prompt::None), "prompt")?;
            // Without it there would be no refresh token.
            if !prompts.contains(&Prompt::Consent) {
                prompts.push(Prompt::Consent);
            }
        }
        fit(
            words(&self.login_hint, 256, |letter| !letter.is_control()),
            "login_hint",
        )?;
        let in_tag = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | ' ');
        fit(words(&self.ui_locales, 128, in_tag), "ui_locales")?;
        let connector = self.direct_sign_in.as_ref();
        fit(
            connector
                .is_none_or(|connector| connector.to_string().parse() == Ok(connector.clone())),
            "direct_sign_in",
        )?;
        let organization = self.organization.as_ref();
        fit(
            organization.is_none_or(|id| id.as_str().parse() == Ok(id.clone())),
            "organization_id",
        )?;
        let token = self.one_time_token.as_ref().map(Secret::expose);
        fit(
            token.is_none_or(|token| {
                token.len() <= 512 && token.chars().all(|letter| letter.is_ascii_graphic())
            }),
            "one_time_token",
        )?;
        Ok(SignIn {
            first_screen: self.first_screen,
            prompts,
            scopes: self.scopes.clone(),
            login_hint: self.login_hint.clone(),
            ui_locales: self.ui_locales.clone(),
            direct_sign_in: self.direct_sign_in.clone(),
            identifiers: self.identifiers.clone(),
            one_time_token: self.one_time_token.clone(),
            organization: self.organization.clone(),
            ..SignIn::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(request: &SignInRequest) -> Result<SignIn, Unfit> {
        request.judge(&Scopes::parse("openid email read:orders"))
    }

    #[test]
    fn what_a_browser_may_choose_is_asked_for() {
        let options = judge(&SignInRequest {
            first_screen: Some(FirstScreen::Register),
            login_hint: Some("alice@example.com".into()),
            direct_sign_in: Some(DirectSignIn::Social("github".into())),
            identifiers: vec![Identifier::Email],
            organization: Some(OrganizationId::new("asl5guymvnj4")),
            ui_locales: Some("ja en-GB".into()),
            one_time_token: Some(Secret::new("abc")),
            scopes: Some(Scopes::parse("email")),
            ..SignInRequest::default()
        });
        let expected = SignIn {
            first_screen: Some(FirstScreen::Register),
            login_hint: Some("alice@example.com".into()),
            direct_sign_in: Some(DirectSignIn::Social("github".into())),
            identifiers: vec![Identifier::Email],
            organization: Some(OrganizationId::new("asl5guymvnj4")),
            ui_locales: Some("ja en-GB".into()),
            one_time_token: Some(Secret::new("abc")),
            scopes: Some(Scopes::parse("email")),
            ..SignIn::default()
        };
        assert_eq!(options, Ok(expected));
    }

    #[test]
    fn consent_is_always_among_the_prompts() {
        use Prompt::{Consent, Login};

        let prompts = |prompts| {
            let prompts = Some(prompts);
            judge(&SignInRequest {
                prompts,
                ..SignInRequest::default()
            })
            .map(|options| options.prompts)
        };
        assert_eq!(prompts(vec![Login]), Ok(Some(vec![Login, Consent])));
        assert_eq!(
            prompts(vec![Consent, Login]),
            Ok(Some(vec![Consent, Login]))
        );
        assert_eq!(prompts(vec![Prompt::None]), Err(Unfit("prompt")));
        assert_eq!(
            judge(&SignInRequest::default()).map(|options| options.prompts),
            Ok(None)
        );
    }

    /// CB-20
    #[test]
    fn what_cannot_be_asked_for_is_refused_by_its_name() {
        let none = SignInRequest::default;
        for (request, name) in [
            (
                SignInRequest {
                    scopes: Some(Scopes::parse("email admin")),
                    ..none()
                },
                "scope",
            ),
            (
                SignInRequest {
                    login_hint: Some("a\nb".into()),
                    ..none()
                },
                "login_hint",
            ),
            (
                SignInRequest {
                    login_hint: Some("a".repeat(257)),
                    ..none()
                },
                "login_hint",
            ),
            (
                SignInRequest {
                    ui_locales: Some("en&x=y".into()),
                    ..none()
                },
                "ui_locales",
            ),
            (
                SignInRequest {
                    direct_sign_in: Some(DirectSignIn::Sso("a b".into())),
                    ..none()
                },
                "direct_sign_in",
            ),
            (
                SignInRequest {
                    organization: Some(OrganizationId::new("a&b")),
                    ..none()
                },
                "organization_id",
            ),
            (
                SignInRequest {
                    one_time_token: Some(Secret::new("a b")),
                    ..none()
                },
                "one_time_token",
            ),
        ] {
            assert_eq!(judge(&request), Err(Unfit(name)));
        }
    }
}

//! What a browser may ask of a sign-in, checked before it is sent.

use std::borrow::Cow;

use logto::{
    DirectSignIn, FirstScreen, Identifier, OrganizationId, Prompt, Scopes, Secret, SignIn,
};

use crate::return_to::ReturnTo;

/// The longest `login_hint`, in bytes.
const LONGEST_HINT: usize = 256;

/// What a browser may ask of a new sign-in. Everything else is decided by configuration.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SignInRequest {
    /// Where to go afterwards.
    pub return_to: ReturnTo,
    /// Which of Logto's screens to begin with.
    pub first_screen: Option<FirstScreen>,
    /// Instead of the configured prompts: [`Prompt::Login`] to ask for the password,
    /// [`Prompt::Consent`], which is always among them. [`Prompt::None`] is refused.
    pub prompts: Option<Vec<Prompt>>,
    /// The identifier that the person probably types.
    pub login_hint: Option<String>,
    /// Straight to a social or enterprise connector.
    pub direct_sign_in: Option<DirectSignIn>,
    /// What to ask for first, with [`FirstScreen::IdentifierSignIn`] and its like.
    pub identifiers: Vec<Identifier>,
    /// Whose branding Logto's pages wear.
    pub organization: Option<OrganizationId>,
    /// Languages of Logto's pages, best first: `ja en`.
    pub ui_locales: Option<String>,
    /// The token of a link that was sent to the person; its email address goes into `login_hint`.
    pub one_time_token: Option<Secret>,
    /// Instead of the configured scopes. Only those of
    /// [`offered_scopes`](crate::LogtoAuth::offered_scopes) pass.
    pub scopes: Option<Scopes>,
}

/// A parameter that a browser may not ask for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("its {0} cannot be asked for")]
pub(super) struct InvalidRequest(&'static str);

impl SignInRequest {
    /// A sign-in that ends at this page.
    #[must_use]
    pub fn new(return_to: ReturnTo) -> Self {
        Self {
            return_to,
            ..Self::default()
        }
    }

    /// Reads the query of a link to the sign-in: `return_to`, `first_screen`, `identifier` (of
    /// `username`, `email` and `phone`, separated by spaces), `login_hint`, `direct_sign_in`,
    /// `organization_id` and `prompt=login`. A value that cannot be read is left out, as Logto
    /// leaves it out, and so is everything else, which nobody is to choose by a link.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let find = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(found, value)| (found == name).then_some(value))
        };
        let is_hint = |hint: &str| {
            !hint.is_empty() && hint.len() <= LONGEST_HINT && !hint.contains(char::is_control)
        };
        let identifiers = find("identifier").unwrap_or_default();
        Self {
            return_to: find("return_to")
                .map(|page| ReturnTo::parse(&page))
                .unwrap_or_default(),
            first_screen: find("first_screen").and_then(|screen| screen.parse().ok()),
            identifiers: identifiers
                .split_ascii_whitespace()
                .filter_map(|name| name.parse().ok())
                .collect(),
            login_hint: find("login_hint")
                .filter(|hint| is_hint(hint))
                .map(Cow::into_owned),
            direct_sign_in: find("direct_sign_in").and_then(|connector| connector.parse().ok()),
            organization: find("organization_id").and_then(|id| id.parse().ok()),
            prompts: find("prompt")
                .filter(|prompt| prompt == "login")
                .map(|_| vec![Prompt::Login, Prompt::Consent]),
            ..Self::default()
        }
    }

    /// What to ask Logto for.
    pub(super) fn check(&self, offered: &Scopes) -> Result<SignIn, InvalidRequest> {
        let require = |is_valid: bool, name: &'static str| {
            if is_valid {
                Ok(())
            } else {
                Err(InvalidRequest(name))
            }
        };
        let is_text = |text: &Option<String>, most: usize, allowed: fn(char) -> bool| {
            text.as_ref()
                .is_none_or(|text| text.len() <= most && text.chars().all(allowed))
        };
        let scopes = self.scopes.as_ref();
        require(
            scopes.is_none_or(|scopes| scopes.is_subset(offered)),
            "scope",
        )?;
        let mut prompts = self.prompts.clone();
        if let Some(prompts) = &mut prompts {
            require(!prompts.contains(&Prompt::None), "prompt")?;
            // Without it there would be no refresh token.
            if !prompts.contains(&Prompt::Consent) {
                prompts.push(Prompt::Consent);
            }
        }
        require(
            is_text(&self.login_hint, LONGEST_HINT, |letter| {
                !letter.is_control()
            }),
            "login_hint",
        )?;
        let in_tag = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | ' ');
        require(is_text(&self.ui_locales, 128, in_tag), "ui_locales")?;
        let connector = self.direct_sign_in.as_ref();
        require(
            connector
                .is_none_or(|connector| connector.to_string().parse() == Ok(connector.clone())),
            "direct_sign_in",
        )?;
        let token = self.one_time_token.as_ref().map(Secret::expose);
        require(
            token.is_none_or(|token| {
                token.len() <= 512 && token.chars().all(|letter| letter.is_ascii_graphic())
            }),
            "one_time_token",
        )?;
        let mut options = SignIn::default();
        options.first_screen = self.first_screen;
        options.prompts = prompts;
        options.scopes.clone_from(&self.scopes);
        options.login_hint.clone_from(&self.login_hint);
        options.ui_locales.clone_from(&self.ui_locales);
        options.direct_sign_in.clone_from(&self.direct_sign_in);
        options.identifiers.clone_from(&self.identifiers);
        options.one_time_token.clone_from(&self.one_time_token);
        options.organization.clone_from(&self.organization);
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(request: &SignInRequest) -> Result<SignIn, InvalidRequest> {
        request.check(&Scopes::parse("openid email read:orders"))
    }

    #[test]
    fn what_a_browser_may_choose_is_asked_for() {
        let options = check(&SignInRequest {
            first_screen: Some(FirstScreen::Register),
            login_hint: Some("alice@example.com".into()),
            direct_sign_in: Some(DirectSignIn::Social("github".into())),
            identifiers: vec![Identifier::Email],
            organization: Some("asl5guymvnj4".parse().unwrap()),
            ui_locales: Some("ja en-GB".into()),
            one_time_token: Some(Secret::new("abc")),
            scopes: Some(Scopes::parse("email")),
            ..SignInRequest::default()
        });
        let mut expected = SignIn::default();
        expected.first_screen = Some(FirstScreen::Register);
        expected.login_hint = Some("alice@example.com".into());
        expected.direct_sign_in = Some(DirectSignIn::Social("github".into()));
        expected.identifiers = vec![Identifier::Email];
        expected.organization = Some("asl5guymvnj4".parse().unwrap());
        expected.ui_locales = Some("ja en-GB".into());
        expected.one_time_token = Some(Secret::new("abc"));
        expected.scopes = Some(Scopes::parse("email"));
        assert_eq!(options, Ok(expected));
    }

    #[test]
    fn consent_is_always_among_the_prompts() {
        use Prompt::{Consent, Login};

        let prompts = |prompts| {
            let prompts = Some(prompts);
            check(&SignInRequest {
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
        assert_eq!(prompts(vec![Prompt::None]), Err(InvalidRequest("prompt")));
        assert_eq!(
            check(&SignInRequest::default()).map(|options| options.prompts),
            Ok(None)
        );
    }

    #[test]
    fn the_query_of_a_link_is_read() {
        let request = SignInRequest::from_query(
            "return_to=%2Forders&first_screen=identifier:sign_in&identifier=email+phone&login_hint=a%2Bb%40example.com\
             &direct_sign_in=social:github&organization_id=asl5guymvnj4&prompt=login",
        );
        assert_eq!(request.return_to.as_str(), "/orders");
        assert_eq!(request.first_screen, Some(FirstScreen::IdentifierSignIn));
        assert_eq!(request.identifiers, [Identifier::Email, Identifier::Phone]);
        assert_eq!(request.login_hint.as_deref(), Some("a+b@example.com"));
        let github = DirectSignIn::Social("github".into());
        assert_eq!(request.direct_sign_in, Some(github));
        assert_eq!(request.organization.unwrap().as_str(), "asl5guymvnj4");
        assert_eq!(request.prompts, Some(vec![Prompt::Login, Prompt::Consent]));
    }

    /// CB-20
    #[test]
    fn a_link_chooses_nothing_else() {
        let request = SignInRequest::from_query(
            "return_to=//evil.example&first_screen=signIn&identifier=face&login_hint=a%0Ab&direct_sign_in=a&organization_id=a%26b\
             &prompt=none&scope=admin&redirect_uri=https://evil.example&client_id=x&one_time_token=y&ui_locales=de&a[b]=c&%ff",
        );
        assert_eq!(
            format!("{request:?}"),
            format!("{:?}", SignInRequest::default())
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
                    one_time_token: Some(Secret::new("a b")),
                    ..none()
                },
                "one_time_token",
            ),
        ] {
            assert_eq!(check(&request), Err(InvalidRequest(name)));
        }
    }
}

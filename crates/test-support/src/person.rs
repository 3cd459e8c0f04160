//! Somebody who signed in at the development identity provider, and the access tokens they can get.

use dev_idp::Fixture;
use logto::{ApiResource, Audience, Callback, Client, Config, Scopes, Secret, SignIn, scope};

use crate::browser::Browser;

pub const SHOP: &str = "https://shop.example/api";
pub const BILLING: &str = "https://billing.example/api";
pub const ACME: &str = "asl5guymvnj4";
pub const GLOBEX: &str = "1xld34l574eb";

/// Somebody who signed in.
pub struct Person {
    client: Client,
    refresh_token: Secret,
    pub id_token: Secret,
}

impl Person {
    /// Signs in at the provider at `endpoint`, which asks for the name alone: the password is the same.
    pub async fn sign_in(endpoint: &str, username: &str) -> Self {
        let application = Fixture::default().applications.remove(0);
        let mut config = Config::new(
            endpoint.parse().unwrap(),
            application.id,
            Secret::new(application.secret.unwrap()),
            "http://localhost:3000/callback".parse().unwrap(),
            "http://localhost:3000/".parse().unwrap(),
        );
        config.scopes.extend([scope::ORGANIZATIONS]);
        config.resources = vec![
            ApiResource::new(SHOP, ["read:orders", "write:orders"]),
            ApiResource::new(BILLING, ["view:invoices"]),
        ];
        config.organization_permissions = vec!["manage:billing".into(), "invite:member".into()];
        let client = Client::new(config).unwrap();
        let (url, pending) = client.sign_in(&SignIn::default()).await.unwrap();
        let here = "http://localhost:3000";
        let mut browser = Browser::new(here, here);
        let back = browser.at_provider(url.as_str(), username).await;
        let (_, query) = back.split_once('?').unwrap();
        let callback = Callback::parse(query).unwrap();
        let signed_in = client.finish_sign_in(&callback, &pending).await.unwrap();
        Self {
            client,
            refresh_token: signed_in.tokens.refresh_token.unwrap(),
            id_token: signed_in.tokens.id_token,
        }
    }

    /// A token for that audience, with all that the person has there.
    pub async fn token(&self, audience: Audience) -> String {
        self.narrowed(audience, None).await
    }

    /// A token with fewer permissions.
    pub async fn narrowed(&self, audience: Audience, scopes: Option<&str>) -> String {
        let scopes = scopes.map(Scopes::parse);
        let refreshed = self
            .client
            .refresh(&self.refresh_token, &audience, scopes.as_ref(), None)
            .await
            .unwrap();
        refreshed.access_token.token.expose().to_owned()
    }
}

/// The shop.
pub fn shop() -> Audience {
    Audience::Resource(SHOP.to_owned())
}

/// The shop, as a member of an organization.
pub fn shop_in(organization: &str) -> Audience {
    Audience::OrganizationResource {
        organization: organization.parse().unwrap(),
        resource: SHOP.to_owned(),
    }
}

/// An organization itself.
pub fn organization(organization: &str) -> Audience {
    Audience::Organization(organization.parse().unwrap())
}

/// The resource that stands for all organizations: a token for it has every permission in them, whoever asks.
pub fn all_organizations() -> Audience {
    Audience::Resource(scope::ORGANIZATIONS_RESOURCE.to_owned())
}

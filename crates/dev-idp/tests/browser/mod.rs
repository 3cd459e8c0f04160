//! A browser and an application's server, as far as these tests need them: cookies kept, redirects not followed.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;

use dev_idp::{Fixture, Options, Provider, start};
use reqwest::{Client, RequestBuilder, Response, header};
use serde_json::Value;
use url::Url;

pub const WEB: &str = "9llbk1n9eiovviw3z58b2";
pub const PLAIN: &str = "5vytaeffwruh66uabfew8";
pub const SPA: &str = "gt2z96x645ujm7is1cbpt";
pub const MACHINE: &str = "hhr61wc9wosbtapc7bvex";
pub const CALLBACK: &str = "http://localhost:3000/callback";
pub const SHOP: &str = "https://shop.example/api";
pub const BILLING: &str = "https://billing.example/api";
pub const ORGANIZATIONS: &str = "urn:logto:resource:organizations";
pub const ACME: &str = "asl5guymvnj4";
pub const VERIFIER: &str = "a-code-verifier-of-more-than-forty-three-characters";
pub const FULL_SCOPE: &str = "openid offline_access profile email phone address custom_data identities roles \
    urn:logto:scope:organizations urn:logto:scope:organization_roles read:orders write:orders view:invoices \
    manage:billing invite:member";

pub async fn provider() -> Provider {
    start(Options::default()).await.unwrap()
}

pub async fn provider_of(change: impl FnOnce(&mut Fixture)) -> Provider {
    let mut options = Options::default();
    change(&mut options.fixture);
    start(options).await.unwrap()
}

/// A provider with an application of the machine-to-machine kind, which the default fixture does without.
pub async fn provider_with_machine() -> Provider {
    provider_of(|fixture| {
        let mut machine = fixture.applications[0].clone();
        machine.id = MACHINE.into();
        machine.kind = dev_idp::ApplicationKind::MachineToMachine;
        machine.secret = secret(MACHINE).map(str::to_owned);
        machine.redirect_uris.clear();
        fixture.applications.push(machine);
    })
    .await
}

/// What came back, read to the end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub set_cookies: Vec<String>,
    pub text: String,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response: Response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        let set_cookies = response
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .map(text)
            .collect();
        Self {
            status,
            headers,
            set_cookies,
            text: response.text().await.unwrap(),
        }
    }

    pub fn location(&self) -> &str {
        self.headers.get("location").map_or("", String::as_str)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// A parameter of the address the browser is sent to, in its query or fragment.
    pub fn sent(&self, name: &str) -> Option<String> {
        let url = Url::parse(self.location()).ok()?;
        let text = url
            .query()
            .or(url.fragment())
            .unwrap_or_default()
            .to_owned();
        url::form_urlencoded::parse(text.as_bytes())
            .find(|(held, _)| held == name)
            .map(|(_, value)| value.into_owned())
    }
}

pub fn http() -> Client {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// One browser: it keeps cookies with their paths.
pub struct Browser {
    pub http: Client,
    pub endpoint: String,
    pub cookies: Vec<(String, String, String)>,
}

impl Browser {
    pub fn new(provider: &Provider) -> Self {
        Self {
            http: http(),
            endpoint: provider.endpoint(),
            cookies: Vec::new(),
        }
    }

    fn absolute(&self, address: &str) -> String {
        match address.strip_prefix('/') {
            Some(path) => format!("{}{path}", self.endpoint),
            None => address.to_owned(),
        }
    }

    async fn send(&mut self, request: RequestBuilder, address: &str) -> Answer {
        let path = Url::parse(address).unwrap().path().to_owned();
        let held = self
            .cookies
            .iter()
            .filter(|(_, _, under)| path.starts_with(under));
        let cookie = held
            .map(|(name, value, _)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        let answer = Answer::of(if cookie.is_empty() {
            request
        } else {
            request.header("cookie", cookie)
        })
        .await;
        for set in &answer.set_cookies {
            let (name, rest) = set.split_once('=').unwrap();
            let (value, attributes) = rest.split_once("; ").unwrap();
            let under = attributes
                .split("; ")
                .find_map(|part| part.strip_prefix("path="))
                .unwrap();
            self.cookies
                .retain(|(held, _, path)| held != name || path != under);
            if !value.is_empty() {
                self.cookies
                    .push((name.to_owned(), value.to_owned(), under.to_owned()));
            }
        }
        answer
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        let address = self.absolute(address);
        self.send(self.http.get(&address), &address).await
    }

    pub async fn post(&mut self, address: &str, form: &[(&str, &str)]) -> Answer {
        let address = self.absolute(address);
        self.send(self.http.post(&address).form(form), &address)
            .await
    }

    /// Follows redirects inside the provider; stops where it shows a page or sends the browser away.
    pub async fn follow(&mut self, mut answer: Answer) -> (Answer, Vec<String>) {
        let mut hops = Vec::new();
        while answer.status / 100 == 3 {
            hops.push(format!("{} {}", answer.status, answer.location()));
            let next = self.absolute(answer.location());
            if !next.starts_with(&self.endpoint) {
                break;
            }
            answer = self.get(&next).await;
        }
        (answer, hops)
    }

    /// Signs in at a page the browser was sent to, and goes on until it leaves.
    pub async fn sign_in_at(&mut self, page: &str, username: &str) -> Answer {
        let form = [("identifier", username), ("password", username)];
        let answer = self.post(page, &form).await;
        self.follow(answer).await.0
    }

    /// A whole authorization: with a form when one is shown.
    pub async fn authorize(&mut self, request: &Ask, username: &str) -> Answer {
        let answer = self.get(&request.address()).await;
        if is_form(answer.location()) {
            let page = answer.location().to_owned();
            return self.sign_in_at(&page, username).await;
        }
        self.follow(answer).await.0
    }
}

pub fn is_form(location: &str) -> bool {
    ["/sign-in", "/register"]
        .iter()
        .any(|path| location.starts_with(path))
}

/// An authorization request.
#[derive(Clone)]
pub struct Ask(pub Vec<(String, String)>);

impl Ask {
    /// The request every recorded case starts from.
    pub fn new(client: &str, scope: &str) -> Self {
        let challenge = challenge(VERIFIER);
        let mut ask = Self(Vec::new());
        let pairs = [
            ("client_id", client),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", scope),
            ("state", "st-123"),
            ("nonce", "nonce-123"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in pairs {
            ask.0.push((name.into(), value.into()));
        }
        ask
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(held, _)| held != name);
        self.0.push((name.into(), value.into()));
        self
    }

    pub fn add(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(held, _)| held != name);
        self
    }

    /// Sets what a recorded request says, lists as repeated parameters.
    pub fn with(mut self, recorded: &Value) -> Self {
        for (name, value) in recorded.as_object().into_iter().flatten() {
            match value {
                Value::Array(values) => {
                    self = self.without(name);
                    for value in values {
                        self = self.add(name, value.as_str().unwrap());
                    }
                }
                value => self = self.set(name, value.as_str().unwrap()),
            }
        }
        self
    }

    pub fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }

    pub fn address(&self) -> String {
        format!("/oidc/auth?{}", self.query())
    }
}

pub fn challenge(verifier: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use sha2::{Digest, Sha256};

    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

pub fn secret(client: &str) -> Option<&'static str> {
    match client {
        WEB => Some("dev-secret-not-for-production"),
        PLAIN => Some("dev-secret-of-plain"),
        MACHINE => Some("dev-secret-of-machine"),
        _ => None,
    }
}

/// What an application's server asks of a provider.
pub struct Server<'a> {
    pub provider: &'a Provider,
    pub client: &'a str,
}

impl Server<'_> {
    /// A POST that proves the application: by `Basic`, or by its id alone when it has no secret.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut form = form.to_vec();
        let address = format!("{}{path}", self.provider.issuer());
        let request = http().post(address);
        let request = if let Some(secret) = secret(self.client) {
            request.basic_auth(self.client, Some(secret))
        } else {
            form.push(("client_id", self.client));
            request
        };
        Answer::of(request.form(&form)).await
    }

    pub async fn token(&self, form: &[(&str, &str)]) -> Answer {
        self.post("/token", form).await
    }

    pub async fn exchange(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.token(&[&form, more].concat()).await
    }

    pub async fn refresh(&self, token: &str, more: &[(&str, &str)]) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(&[&form, more].concat()).await
    }

    pub async fn user_info(&self, token: &str) -> Answer {
        Answer::of(
            http()
                .get(format!("{}/me", self.provider.issuer()))
                .bearer_auth(token),
        )
        .await
    }

    /// A fresh sign-in in a new browser, exchanged.
    pub async fn tokens(&self, ask: &Ask, username: &str) -> Value {
        let code = Browser::new(self.provider)
            .authorize(ask, username)
            .await
            .sent("code")
            .unwrap();
        let answer = self.exchange(&code, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

pub fn web(provider: &Provider) -> Server<'_> {
    Server {
        provider,
        client: WEB,
    }
}

/// The claims of a token, unless it is opaque.
pub fn claims(token: &Value) -> Option<Value> {
    part(token, 1)
}

pub fn token_header(token: &Value) -> Value {
    part(token, 0).unwrap()
}

fn part(token: &Value, place: usize) -> Option<Value> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    let part = token.as_str()?.split('.').nth(place)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

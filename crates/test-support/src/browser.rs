//! A browser: cookies kept, redirects not followed, and a person who can type a name and a password.

use std::collections::BTreeMap;

use reqwest::{
    RequestBuilder,
    header::{self, HeaderMap},
};
use url::Url;

/// A response, read to the end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        Self::try_of(request).await.unwrap()
    }

    pub async fn try_of(request: RequestBuilder) -> Result<Self, reqwest::Error> {
        let response = request.send().await?;
        Ok(Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await?,
        })
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// Where an answer that is 503 goes on to.
    pub fn refresh(&self) -> &str {
        assert_eq!((self.status, self.location()), (503, ""));
        assert_eq!(self.header("retry-after"), "5");
        self.header("refresh").strip_prefix("0; url=").unwrap()
    }

    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect()
    }

    /// The `Set-Cookie` of one cookie, if there is exactly one; whatever its port.
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let mut found = self.set_cookies();
        found.retain(|cookie| {
            let rest = cookie.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['=', '-']))
        });
        assert!(found.len() < 2, "one cookie is set once: {found:?}");
        found.pop()
    }

    /// A parameter of the address the browser is sent to.
    pub fn sent(&self, name: &str) -> Option<String> {
        let (location, _) = self
            .location()
            .split_once('#')
            .unwrap_or((self.location(), ""));
        let query = location.split_once('?')?.1;
        crate::provider::parameter(query, name)
    }
}

pub fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// One browser, at one application.
#[derive(Clone)]
pub struct Browser {
    pub http: reqwest::Client,
    /// Where the application listens.
    pub at: String,
    /// Where it says it is.
    pub base: String,
    pub cookies: BTreeMap<String, String>,
    pub provider_cookies: Vec<(String, String, String)>,
}

impl Browser {
    pub fn new(at: &str, base: &str) -> Self {
        Self {
            http: http(),
            at: at.to_owned(),
            base: base.to_owned(),
            cookies: BTreeMap::new(),
            provider_cookies: Vec::new(),
        }
    }

    /// The value of the session cookie.
    pub fn session(&self) -> Option<&str> {
        let name = self.cookie_name("logto-session");
        self.cookies.get(&name).map(String::as_str)
    }

    /// The full name of a cookie of the application.
    pub fn cookie_name(&self, name: &str) -> String {
        let base = Url::parse(&self.base).unwrap();
        let prefix = if base.scheme() == "https" {
            "__Host-"
        } else {
            ""
        };
        let port = base.port().map(|port| format!("-{port}"));
        format!("{prefix}{name}{}", port.unwrap_or_default())
    }

    fn cookie_header(&self) -> String {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// A request with the cookies held, as the browser's address bar makes it.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.request_for("text/html,application/xhtml+xml,*/*;q=0.8", method, path)
    }

    /// A request with the cookies held, for something else than a page.
    pub fn request_for(&self, accept: &str, method: &str, path: &str) -> RequestBuilder {
        let address = match path.strip_prefix(&self.base) {
            Some(path) => format!("{}{path}", self.at),
            None => format!("{}{path}", self.at),
        };
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let host = self.base.split_once("://").unwrap().1;
        let request = self.http.request(method, address);
        let request = request.header("host", host).header("accept", accept);
        let cookies = self.cookie_header();
        if cookies.is_empty() {
            request
        } else {
            request.header("cookie", cookies)
        }
    }

    /// Sends it and keeps the cookies that come.
    pub async fn send(&mut self, request: RequestBuilder) -> Answer {
        let answer = Answer::of(request).await;
        self.keep(&answer);
        answer
    }

    pub fn keep(&mut self, answer: &Answer) {
        for cookie in answer.set_cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() || attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// A form of one of our own pages.
    pub fn form(&self, path: &str) -> RequestBuilder {
        self.request("POST", path)
            .header("origin", self.base.clone())
            .header("sec-fetch-site", "same-origin")
            .form(&[("", "")])
    }

    pub async fn post(&mut self, path: &str) -> Answer {
        self.send(self.form(path)).await
    }

    /// Walks through the provider from an authorization URL until it sends the browser back, and gives that address.
    pub async fn at_provider(&mut self, address: &str, username: &str) -> String {
        let mut answer = self.provider_request(self.http.get(address), address).await;
        loop {
            assert_eq!(answer.status / 100, 3, "{}", answer.body);
            let next = Url::parse(address)
                .unwrap()
                .join(answer.location())
                .unwrap();
            if next.as_str().starts_with(&self.base) {
                return next.into();
            }
            let asks = ["/sign-in", "/register"].contains(&next.path())
                || next.path().starts_with("/direct/");
            let request = if asks {
                let form = [("identifier", username), ("password", username)];
                self.http.post(next.clone()).form(&form)
            } else {
                self.http.get(next.clone())
            };
            answer = self.provider_request(request, next.as_str()).await;
        }
    }

    /// Walks from an authorization URL to the provider's sign-in page, and gives its address.
    pub async fn to_sign_in_page(&mut self, address: &str) -> String {
        let answer = self.provider_request(self.http.get(address), address).await;
        let page = Url::parse(address).unwrap().join(answer.location());
        let page = page.unwrap();
        assert_eq!(page.path(), "/sign-in", "{}", answer.body);
        page.into()
    }

    /// Opens the provider's page for a sign-out, and confirms it.
    pub async fn end_session(&mut self, address: &str) -> Answer {
        let page = self.provider_request(self.http.get(address), address).await;
        let find = |start: &str| {
            let (_, rest) = page.body.split_once(start).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let (action, guard) = (find("action=\""), find("name=\"xsrf\" value=\""));
        self.submit(&action, &[("xsrf", &guard), ("logout", "yes")])
            .await
    }

    /// Sends a form of a page of the provider.
    pub async fn submit(&mut self, page: &str, form: &[(&str, &str)]) -> Answer {
        self.provider_request(self.http.post(page).form(form), page)
            .await
    }

    async fn provider_request(&mut self, request: RequestBuilder, address: &str) -> Answer {
        let path = Url::parse(address).unwrap().path().to_owned();
        let held = self
            .provider_cookies
            .iter()
            .filter(|(_, _, under)| path.starts_with(under))
            .map(|(name, value, _)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        let answer = Answer::of(request.header("cookie", held)).await;
        for set in answer.set_cookies() {
            let (name, rest) = set.split_once('=').unwrap();
            let (value, attributes) = rest.split_once("; ").unwrap();
            let mut attributes = attributes.split("; ");
            let under = attributes
                .find_map(|part| part.strip_prefix("path="))
                .unwrap();
            self.provider_cookies
                .retain(|(held, _, path)| held != name || path != under);
            if !value.is_empty() {
                self.provider_cookies
                    .push((name.into(), value.into(), under.into()));
            }
        }
        answer
    }

    /// Starts a sign-in and walks it up to the address the provider sends the browser back to.
    pub async fn come_back(&mut self, sign_in: &str, username: &str) -> String {
        let start = self.get(sign_in).await;
        assert_eq!(start.status, 303, "{}", start.body);
        let address = start.location().to_owned();
        self.at_provider(&address, username).await
    }

    /// A whole sign-in. The answer is that of the callback.
    pub async fn sign_in(&mut self, username: &str) -> Answer {
        let back = self.come_back("/sign-in", username).await;
        let answer = self.get(&back).await;
        assert_eq!((answer.status, answer.location()), (303, "/"));
        assert!(self.session().is_some());
        answer
    }
}

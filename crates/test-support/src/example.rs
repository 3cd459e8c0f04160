//! An example as the program it is, with the development identity provider behind it, and what every example has to do.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use dev_idp::{Options, Provider};
use store_servers::free_port;
use tokio::{net::TcpStream, time::sleep};

use crate::Browser;

/// A place for an example, and a provider that knows it.
pub struct Place {
    pub provider: Provider,
    pub base: String,
    address: String,
}

/// A running example.
pub struct Example {
    pub provider: Provider,
    pub base: String,
    guarded: &'static str,
    guarded_text: &'static str,
    program: Child,
}

impl Place {
    pub async fn find() -> Self {
        let address = format!("127.0.0.1:{}", free_port().unwrap());
        let base = format!("http://{address}");
        let mut options = Options::default();
        let application = &mut options.fixture.applications[0];
        application.add_base_url(&base).unwrap();
        let provider = dev_idp::start(options).await.unwrap();
        Self {
            provider,
            base,
            address,
        }
    }

    /// Runs the example there. `address` is the variable that says where it listens.
    pub async fn run(self, program: &str, address: &str, more: &[(&str, &str)]) -> Example {
        let program = Command::new(program)
            .env_clear()
            .envs(self.provider.settings())
            .env("APP_BASE_URL", &self.base)
            .env("SESSION_STORE", "memory:")
            .env(address, &self.address)
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let mut example = Example {
            provider: self.provider,
            base: self.base,
            guarded: "/private",
            guarded_text: "Only people",
            program: program.unwrap(),
        };
        while TcpStream::connect(&self.address).await.is_err() {
            let ended = example.program.try_wait().unwrap();
            assert_eq!(ended, None, "the example ended");
            sleep(Duration::from_millis(50)).await;
        }
        example
    }
}

impl Example {
    /// Names the guarded page, and a text that is on it. Without this, it is `/private`.
    #[must_use]
    pub fn guarded_page(mut self, path: &'static str, text: &'static str) -> Self {
        (self.guarded, self.guarded_text) = (path, text);
        self
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.base, &self.base)
    }

    /// Alice, in a browser that went through the sign-in from the guarded page back to it.
    pub async fn signed_in(&self) -> Browser {
        let mut browser = self.browser();
        let sign_in = browser.get(self.guarded).await.location().to_owned();
        assert_eq!(sign_in, self.sign_in());
        let back = browser.come_back(&sign_in, "alice").await;
        let answer = browser.get(&back).await;
        assert_eq!((answer.status, answer.location()), (303, self.guarded));
        browser
    }

    /// From the guarded page to the sign-in and back, and out again.
    pub async fn signs_in_and_out(&self) {
        let anonymous = self.browser().get("/").await;
        assert_eq!(anonymous.status, 200);
        assert!(anonymous.body.contains("Sign in"), "{}", anonymous.body);
        let mut browser = self.signed_in().await;
        for (path, text) in [(self.guarded, self.guarded_text), ("/", "Alice Example")] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.body.contains(text), "{path}: {}", page.body);
        }
        let out = browser.post("/sign-out").await;
        let end_session = format!("{}/session/end?", self.provider.issuer());
        assert_eq!(out.status, 303, "{}", out.body);
        assert!(out.location().starts_with(&end_session));
        let back = out.sent("post_logout_redirect_uri").unwrap();
        assert_eq!(back, format!("{}/", self.base));
        let home = browser.get("/").await;
        assert!(!home.body.contains("Alice Example"), "{}", home.body);
        assert!(home.body.contains("Sign in"), "{}", home.body);
        let guarded = browser.get(self.guarded).await;
        assert_eq!(guarded.location(), self.sign_in());
    }

    /// Cancel leads to a page that says so, with a way back to the page asked for.
    pub async fn tells_of_a_cancelled_sign_in(&self) {
        let mut browser = self.browser();
        let page = self.sign_in_page(&mut browser).await;
        let back = browser.submit(&page, &[("cancel", "1")]).await;
        let callback = back.location().to_owned();
        let answer = browser.get(&callback).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let problem = browser.get(answer.location()).await;
        assert_eq!(problem.status, 200, "{}", answer.location());
        let again = format!(r#"href="{}""#, self.sign_in());
        assert!(problem.body.contains(&again), "{}", problem.body);
        assert!(browser.session().is_none());
    }

    /// A wrong password signs nobody in, and the right one does after it.
    pub async fn survives_a_wrong_password(&self) {
        let mut browser = self.browser();
        let page = self.sign_in_page(&mut browser).await;
        let wrong = [("identifier", "alice"), ("password", "wrong")];
        assert_eq!(browser.submit(&page, &wrong).await.status, 422);
        let guarded = browser.get(self.guarded).await;
        assert_eq!(guarded.status, 303, "nobody is signed in");
        let right = [("identifier", "alice"), ("password", "alice")];
        let on = browser.submit(&page, &right).await;
        let back = browser.at_provider(on.location(), "alice").await;
        let answer = browser.get(&back).await;
        assert_eq!((answer.status, answer.location()), (303, self.guarded));
        assert_eq!(browser.get(self.guarded).await.status, 200);
    }

    /// The address that begins a sign-in for the guarded page.
    fn sign_in(&self) -> String {
        format!("/sign-in?return_to={}", self.guarded.replace('/', "%2F"))
    }

    async fn sign_in_page(&self, browser: &mut Browser) -> String {
        let sign_in = browser.get(self.guarded).await.location().to_owned();
        let start = browser.get(&sign_in).await;
        browser.to_sign_in_page(start.location()).await
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

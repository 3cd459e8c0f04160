//! Random walks through the life of sessions in two processes: whatever comes after what, a session
//! that has ended is never live again, and nobody else is signed out.

use std::{ops::Range, time::Duration};

use logto_axum::{SessionsOf, Store as _};

use crate::support::{ALICE, App, BOB, Browser, SIGNED_OUT, greeting};

const STEPS: usize = 50;
const HOUR: i64 = 3600;
const PEOPLE: [(&str, &str); 2] = [("alice", ALICE), ("bob", BOB)];

/// The state of a walk: two processes, and what has to be so.
struct Walk {
    random: u64,
    seed: u64,
    one: App,
    other: App,
    /// Browsers that are signed in, and who is.
    live: Vec<(Browser, &'static str)>,
    /// Browsers as they were when their session ended.
    ended: Vec<Browser>,
    /// How often the provider refused a token because its session had ended meanwhile.
    overtaken: usize,
    /// What happened, for the message of a failure.
    steps: Vec<String>,
}

impl Walk {
    async fn start(seed: u64) -> Self {
        let one = App::start().await;
        one.provider.controls.rotate_refresh_tokens(Duration::ZERO);
        let other = one.beside().await;
        Self {
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            seed,
            one,
            other,
            live: Vec::new(),
            ended: Vec::new(),
            overtaken: 0,
            steps: Vec::new(),
        }
    }

    fn next(&mut self, range: Range<usize>) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let below = u64::try_from(range.len()).unwrap();
        range.start + usize::try_from(self.random % below).unwrap()
    }

    /// One of the processes.
    fn process(&mut self) -> String {
        let is_one = self.next(0..2) == 0;
        let process = if is_one { &self.one } else { &self.other };
        process.at.clone()
    }

    /// One of the browsers that are signed in, sent to one of the processes.
    fn somebody(&mut self) -> Option<usize> {
        if self.live.is_empty() {
            return None;
        }
        let index = self.next(0..self.live.len());
        self.live[index].0.at = self.process();
        Some(index)
    }

    async fn step(&mut self) {
        let kind = self.next(0..20);
        if kind < 4 || self.live.is_empty() {
            return self.sign_in().await;
        }
        match kind {
            4..=6 => self.refresh().await,
            7..=9 => self.write().await,
            10 => self.choose_scopes().await,
            11..=12 => self.expire_tokens(),
            13..=14 => self.sign_out().await,
            15 => self.end_of_one_person().await,
            16 => self.refresh_and_sign_out().await,
            17 => self.sweep().await,
            18 => self.crash().await,
            _ => self.sign_in_again().await,
        }
    }

    async fn sign_in(&mut self) {
        if self.live.len() > 5 {
            return;
        }
        let (name, subject) = PEOPLE[self.next(0..2)];
        let mut browser = self.one.browser();
        browser.at = self.process();
        browser.sign_in(name).await;
        browser.get("/").await;
        self.steps.push(format!("{name} signs in"));
        self.live.push((browser, subject));
    }

    /// In a browser where somebody is signed in: that session ends.
    async fn sign_in_again(&mut self) {
        let Some(index) = self.somebody() else { return };
        let (mut browser, _) = self.live.remove(index);
        self.ended.push(browser.clone());
        let (name, subject) = PEOPLE[self.next(0..2)];
        // Else the provider would not ask who it is.
        browser.provider_cookies.clear();
        browser.sign_in(name).await;
        browser.get("/").await;
        self.steps.push(format!("{name} signs in over a session"));
        self.live.push((browser, subject));
    }

    async fn refresh(&mut self) {
        let Some(index) = self.somebody() else { return };
        let answer = self.live[index].0.get("/obtain?fresh=now").await;
        self.steps.push(format!("refresh of {index}"));
        assert_eq!(answer.status, 200, "{self}: {}", answer.body);
    }

    async fn write(&mut self) {
        let Some(index) = self.somebody() else { return };
        let answer = self.live[index].0.post("/cart").await;
        self.steps.push(format!("write of {index}"));
        assert_eq!(answer.status, 200, "{self}");
        let read = self.live[index].0.get("/cart").await;
        assert_eq!(read.body, "apples", "{self}");
    }

    async fn choose_scopes(&mut self) {
        let Some(index) = self.somebody() else { return };
        let form = self.live[index].0.form("/scopes").body("scopes=email");
        let answer = self.live[index].0.send(form).await;
        self.steps.push(format!("scopes of {index}"));
        assert!(answer.status < 500, "{self}: {}", answer.body);
    }

    fn expire_tokens(&mut self) {
        self.steps.push("an hour".to_owned());
        self.one.pass(HOUR + 1);
    }

    async fn sign_out(&mut self) {
        let Some(index) = self.somebody() else { return };
        let (mut browser, _) = self.live.remove(index);
        self.ended.push(browser.clone());
        let answer = browser.post("/sign-out").await;
        self.steps.push(format!("sign-out of {index}"));
        assert_eq!(answer.status, 303, "{self}");
    }

    /// Whichever of the two is first, the session is over when both are done.
    async fn refresh_and_sign_out(&mut self) {
        let Some(index) = self.somebody() else { return };
        let (browser, _) = self.live.remove(index);
        self.ended.push(browser.clone());
        let (mut refreshing, mut leaving) = (browser.clone(), browser);
        leaving.at = self.process();
        let before = self.refused();
        let (_, answer) = tokio::join!(
            refreshing.get("/obtain?fresh=now"),
            leaving.post("/sign-out")
        );
        self.overtaken += self.refused() - before;
        self.steps.push(format!("refresh and sign-out of {index}"));
        assert_eq!(answer.status, 303, "{self}");
    }

    /// By an operator.
    async fn end_of_one_person(&mut self) {
        let (name, subject) = PEOPLE[self.next(0..2)];
        let process = if self.next(0..2) == 0 {
            &self.one
        } else {
            &self.other
        };
        let sessions = SessionsOf::Subject(subject.to_owned());
        let count = process.auth.end_sessions(&sessions).await.unwrap().sessions;
        self.steps.push(format!("an operator ends those of {name}"));
        let (over, live): (Vec<_>, Vec<_>) = std::mem::take(&mut self.live)
            .into_iter()
            .partition(|(_, whose)| *whose == subject);
        assert_eq!(count, over.len(), "{self}");
        self.live = live;
        self.ended
            .extend(over.into_iter().map(|(browser, _)| browser));
    }

    async fn sweep(&mut self) {
        let now = i64::try_from(self.one.auth.client().now()).unwrap();
        self.one.store.sweep(now, now - 24 * HOUR).await.unwrap();
        self.steps.push("sweep".to_owned());
    }

    /// The second process is gone, and another one is in its place.
    async fn crash(&mut self) {
        self.other = self.one.beside().await;
        self.steps.push("a new process".to_owned());
    }

    /// Everybody is signed in who should be, in either process, and nobody else.
    async fn check(&mut self) {
        for at in [self.one.at.clone(), self.other.at.clone()] {
            for index in 0..self.live.len() {
                let (browser, subject) = &mut self.live[index];
                browser.at.clone_from(&at);
                let (body, expected) = (browser.get("/").await.body, greeting(subject));
                assert_eq!(body, expected, "{self}");
            }
            for browser in self.ended.iter().rev().take(6) {
                let mut browser = browser.clone();
                browser.at.clone_from(&at);
                assert_eq!(browser.get("/").await.body, SIGNED_OUT, "{self}");
            }
        }
        assert_eq!(self.one.store.live().await.len(), self.live.len(), "{self}");
        for (_, subject) in PEOPLE {
            let mut found = 0;
            let sessions = SessionsOf::Subject(subject.to_owned());
            let each = |_| found += 1;
            let listed = self.other.auth.list_sessions(&sessions, each).await;
            listed.unwrap();
            let live = self.live.iter().filter(|(_, whose)| *whose == subject);
            assert_eq!(found, live.count(), "{self}: the index by subject");
        }
    }

    /// How often the provider has refused a refresh token.
    fn refused(&self) -> usize {
        let sent = self.one.provider.seen_at("/oidc/token");
        let refused = sent.iter().filter(|one| one.member("error").is_some());
        refused.count()
    }
}

impl std::fmt::Display for Walk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "walk {}: {}", self.seed, self.steps.join(", "))
    }
}

/// FZ-07
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_are_live_until_they_end_and_never_again() {
    for seed in 1..=6 {
        let mut walk = Walk::start(seed).await;
        for _ in 0..STEPS {
            walk.step().await;
            walk.check().await;
        }
        // A refresh token that is sent twice is refused, and takes its grant along.
        assert_eq!(walk.refused(), walk.overtaken, "{walk}");
    }
}

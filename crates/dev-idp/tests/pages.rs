//! What a person sees and does.

mod browser;

use browser::*;

const PAGE: &str = "/sign-in?app_id=9llbk1n9eiovviw3z58b2";

async fn at_sign_in(provider: &dev_idp::Provider) -> Browser {
    let mut browser = Browser::new(provider);
    let start = browser
        .get(&Ask::new(WEB, "openid profile").address())
        .await;
    assert_eq!(start.location(), PAGE);
    browser
}

#[tokio::test]
async fn the_page_says_what_it_is_and_works_without_scripts() {
    let provider = provider().await;
    let page = at_sign_in(&provider).await.get(PAGE).await;
    for part in [
        "<html lang=\"en\">",
        "Nothing here is safe for production.",
        "<label for=\"identifier\">",
        "name=\"identifier\"",
        "<label for=\"password\">",
        "name=\"password\"",
        "<button class=\"primary\" type=\"submit\">Sign in</button>",
        ">Continue as alice</button>",
        ">Continue as bob</button>",
        ">Cancel</button>",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    assert_eq!(
        page.text.matches("type=\"submit\"").count(),
        1,
        "tests find the button by its type"
    );
    assert!(!page.text.contains("<script"));
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.headers["content-security-policy"].starts_with("default-src 'none'"));
    assert!(
        !page.headers["content-security-policy"].contains("form-action"),
        "sign-in ends at the application"
    );
}

#[tokio::test]
async fn the_page_speaks_the_language_the_application_asks_for() {
    let provider = provider().await;
    let mut browser = Browser::new(&provider);
    let ask = Ask::new(WEB, "openid").set("ui_locales", "ja");
    let start = browser.get(&ask.address()).await;
    let page = browser.get(start.location()).await;
    for part in [
        "<html lang=\"ja\">",
        "<h1>サインイン</h1>",
        ">alice で続ける</button>",
        "50 の組織のメンバー",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    let form = [("identifier", "alice"), ("password", "bob")];
    let refused = browser.post(start.location(), &form).await;
    assert!(
        refused
            .text
            .contains("アカウントまたはパスワードが正しくありません。")
    );
    let back = browser.sign_in_at(start.location(), "alice").await;
    assert!(back.sent("code").is_some());
    let page = browser.get("/oidc/session/end?ui_locales=ja").await;
    assert!(page.text.contains("<h1>サインアウト</h1>"));
}

#[tokio::test]
async fn a_wrong_password_keeps_what_was_typed() {
    let provider = provider().await;
    let mut browser = at_sign_in(&provider).await;
    for (identifier, password) in [("alice", "bob"), ("nobody", "alice"), ("alice", "")] {
        let page = browser
            .post(PAGE, &[("identifier", identifier), ("password", password)])
            .await;
        assert_eq!(page.status, 422);
        assert!(
            page.text.contains("role=\"alert\"")
                && page.text.contains("Incorrect account or password.")
        );
        assert!(page.text.contains(&format!("value=\"{identifier}\"")));
        assert!(
            !page.text.contains("value=\"bob\" type"),
            "the password is not repeated"
        );
    }
    let back = browser.sign_in_at(PAGE, "alice").await;
    assert!(back.sent("code").is_some());
}

#[tokio::test]
async fn what_is_typed_is_shown_as_text() {
    let provider = provider().await;
    let mut browser = at_sign_in(&provider).await;
    let page = browser
        .post(
            PAGE,
            &[
                ("identifier", "\"><script>alert(1)</script>"),
                ("password", "x"),
            ],
        )
        .await;
    assert!(
        page.text
            .contains("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\"")
    );
}

#[tokio::test]
async fn one_click_signs_in() {
    let provider = provider().await;
    let mut browser = at_sign_in(&provider).await;
    let answer = browser.post(PAGE, &[("account", "bob")]).await;
    let code = browser.follow(answer).await.0.sent("code").unwrap();
    let tokens = web(&provider).exchange(&code, &[]).await.json();
    assert_eq!(claims(&tokens["id_token"]).unwrap()["sub"], "0jcp3swajm9l");
}

#[tokio::test]
async fn an_email_address_or_phone_number_is_an_account_too() {
    let provider = provider().await;
    for identifier in ["alice@example.com", "+15550000001", " alice "] {
        let mut browser = at_sign_in(&provider).await;
        let answer = browser
            .post(PAGE, &[("identifier", identifier), ("password", "alice")])
            .await;
        assert_eq!(answer.status, 303, "{identifier}");
    }
}

#[tokio::test]
async fn cancel_leads_to_the_bare_redirect_uri() {
    let provider = provider().await;
    let mut browser = at_sign_in(&provider).await;
    let page = browser.get(PAGE).await;
    assert!(
        page.text.contains("Logto’s own page has no such button"),
        "nobody takes it for Logto's"
    );
    let back = browser.post(PAGE, &[("cancel", "1")]).await;
    assert_eq!((back.status, back.location()), (303, CALLBACK));
    assert_eq!(browser.get(PAGE).await.status, 302, "the sign-in is over");
}

#[tokio::test]
async fn another_sites_form_is_refused() {
    let provider = provider().await;
    let mut browser = at_sign_in(&provider).await;
    let cookies = browser
        .cookies
        .iter()
        .map(|(name, value, _)| format!("{name}={value}"))
        .collect::<Vec<_>>();
    let own = provider.endpoint().trim_end_matches('/').to_owned();
    for (origin, status) in [
        ("http://localhost:3000", 403),
        ("null", 403),
        (own.as_str(), 303),
    ] {
        let request = http().post(format!("{own}{PAGE}")).header("origin", origin);
        let answer = Answer::of(
            request
                .header("cookie", cookies.join("; "))
                .form(&[("account", "bob")]),
        )
        .await;
        assert_eq!(answer.status, status, "{origin}");
    }
    browser.cookies.clear();
    assert_eq!(
        browser.post(PAGE, &[("account", "bob")]).await.status,
        400,
        "no cookie, no interaction"
    );
}

#[tokio::test]
async fn a_suspended_person_is_told_so() {
    let provider = provider().await;
    provider.suspend("alice");
    let page = at_sign_in(&provider)
        .await
        .post(PAGE, &[("identifier", "alice"), ("password", "alice")])
        .await;
    assert!(page.status == 422 && page.text.contains("This account is suspended."));
}

#[tokio::test]
async fn every_first_screen_shows_the_form_under_its_own_heading() {
    let provider = provider().await;
    let screens = [
        ("register", "Create an account"),
        ("reset_password", "Reset your password"),
        ("identifier:sign_in", "Sign in"),
        ("identifier:register", "Create an account"),
        ("single_sign_on", "Single sign-on"),
    ];
    for (screen, heading) in screens {
        let mut browser = Browser::new(&provider);
        let start = browser
            .get(
                &Ask::new(WEB, "openid")
                    .set("first_screen", screen)
                    .address(),
            )
            .await;
        let page = browser.get(start.location()).await;
        assert!(
            page.status == 200 && page.text.contains(&format!("<h1>{heading}</h1>")),
            "{screen}"
        );
        let back = browser.sign_in_at(start.location(), "alice").await;
        assert!(back.sent("code").is_some(), "{screen}");
    }
    let mut browser = Browser::new(&provider);
    let ask = Ask::new(WEB, "openid")
        .set("direct_sign_in", "social:google")
        .set("login_hint", "alice@example.com");
    let start = browser.get(&ask.address()).await;
    let page = browser.get(start.location()).await;
    assert!(
        page.text.contains("<h1>Continue with a provider</h1>")
            && page.text.contains("value=\"alice@example.com\"")
    );
}

#[tokio::test]
async fn pages_that_lead_nowhere_are_calm() {
    let provider = provider().await;
    let mut browser = Browser::new(&provider);
    let cases = [
        ("/", 200, "Development identity provider"),
        ("/unknown-session", 200, "Sign-in expired"),
        ("/oidc/session/end/success", 200, "You are signed out"),
        ("/no-such-page", 404, "Page not found"),
    ];
    for (path, status, heading) in cases {
        let page = browser.get(path).await;
        assert!(
            page.status == status && page.text.contains(&format!("<h1>{heading}</h1>")),
            "{path}"
        );
    }
}

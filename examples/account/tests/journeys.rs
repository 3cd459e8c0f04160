//! What somebody does in a browser, with the program as it is.

use test_support::example::{Example, Place};

async fn example() -> Example {
    let program = env!("CARGO_BIN_EXE_account");
    let names = [("LEPTOS_OUTPUT_NAME", "account")];
    Place::find()
        .await
        .run(program, "LEPTOS_SITE_ADDR", &names)
        .await
        .guarded_page("/account", "logto-user-info-panel")
}

#[tokio::test]
async fn people_sign_in_at_a_guarded_page_and_out() {
    example().await.signs_in_and_out().await;
}

#[tokio::test]
async fn the_account_page_has_every_panel_and_its_styles() {
    let page = example().await.signed_in().await.get("/account").await;
    for text in [
        leptos_logto::STYLESHEET,
        leptos_logto_panels::PANELS_STYLESHEET,
        "Europe/Paris",
        r#"name="scopes[]" value="email""#,
        r#"class="logto logto-access-token""#,
        r#"class="logto logto-session-list""#,
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
}

#[tokio::test]
async fn cancel_leads_to_a_page_with_a_way_on() {
    example().await.tells_of_a_cancelled_sign_in().await;
}

#[tokio::test]
async fn a_wrong_password_signs_nobody_in() {
    example().await.survives_a_wrong_password().await;
}

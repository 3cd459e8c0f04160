//! What somebody does in a browser, with the program as it is.

use test_support::example::{Example, Place};

async fn example() -> Example {
    let program = env!("CARGO_BIN_EXE_minimal");
    let names = [("LEPTOS_OUTPUT_NAME", "minimal")];
    Place::find()
        .await
        .run(program, "LEPTOS_SITE_ADDR", &names)
        .await
}

#[tokio::test]
async fn people_sign_in_at_a_guarded_page_and_out() {
    example().await.signs_in_and_out().await;
}

#[tokio::test]
async fn a_page_has_the_styles_of_the_components() {
    let page = example().await.browser().get("/").await;
    assert!(page.body.contains(leptos_logto::STYLESHEET));
}

#[tokio::test]
async fn cancel_leads_to_a_page_with_a_way_on() {
    example().await.tells_of_a_cancelled_sign_in().await;
}

#[tokio::test]
async fn a_wrong_password_signs_nobody_in() {
    example().await.survives_a_wrong_password().await;
}

use crate::{browser::*, compare::same, facts::Facts};

#[tokio::test]
async fn token_exchange_is_refused_as_to_an_application_that_may_not() {
    let provider = provider_with_machine().await;
    let mut facts = Facts::open("m2m-and-token-exchange.json", &provider);
    let cases = [
        ("token exchange: app without allowTokenExchange", PLAIN),
        (
            "token exchange: m2m app without allowTokenExchange",
            MACHINE,
        ),
    ];
    for (name, client) in cases {
        let case = facts.take(name);
        let form = [
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            ("subject_token", case.asked("subject_token").unwrap()),
            (
                "subject_token_type",
                case.asked("subject_token_type").unwrap(),
            ),
        ];
        same(
            name,
            case.response(),
            &Server {
                provider: &provider,
                client,
            }
            .token(&form)
            .await,
        );
    }
    facts.finish();
}

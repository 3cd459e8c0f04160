use crate::{browser::*, compare::same, facts::Facts};

/// The permissions are of the organization template: they are the same for whoever asks.
#[tokio::test]
async fn a_token_for_all_organizations_carries_every_permission_whoever_asks() {
    let provider = provider().await;
    let mut facts = Facts::open("organization-resource-token.json", &provider);
    let case = facts.take("refresh by bob, resource=urn:logto:resource:organizations");
    let scope =
        "openid offline_access profile urn:logto:scope:organizations manage:billing invite:member";
    let ask = Ask::new(WEB, scope)
        .set("prompt", "consent")
        .set("resource", ORGANIZATIONS);
    for username in ["bob", "carol", "alice"] {
        let tokens = web(&provider).tokens(&ask, username).await;
        let refresh_token = tokens["refresh_token"].as_str().unwrap();
        let resource = case.asked("resource").unwrap();
        let answer = web(&provider)
            .refresh(refresh_token, &[("resource", resource)])
            .await;
        same(&case.name, case.response(), &answer);
        let token = &answer.json()["access_token"];
        let header = &case.response()["access_token_header"];
        assert_eq!(token_header(token)["alg"], header["alg"]);
        assert_eq!(token_header(token)["typ"], header["typ"]);
        let recorded = case.response()["access_token_payload"].as_object().unwrap();
        let said = claims(token).unwrap();
        for (name, value) in recorded.iter().filter(|(_, value)| {
            // The two ids were taken out of the recording.
            !value.as_str().unwrap().starts_with('<')
        }) {
            assert_eq!(said[name], *value, "{username}: {name}");
        }
    }
    facts.finish();
}

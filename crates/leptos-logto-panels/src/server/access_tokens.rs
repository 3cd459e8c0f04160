//! Access tokens: what a browser may ask for, and what they say. A token itself goes no further
//! than this file.

use std::time::Duration;

use leptos_logto::{
    AuthError, TokenRefusal,
    server::{
        for_page, invalid, moment, organizations_in_id_token, recent_organizations, refuse,
        token_refusal,
    },
};
use logto::{Audience, Config, OrganizationId, Scopes, scope};
use logto_axum::{Auth, CurrentUser, Error, Freshness, Obtained, StoredTokens, TokenRequest};
use serde_json::Value;

use crate::model::{AccessTokenCard, AccessTokenClaims, AccessTokens, Api, Tick, TokenQuery};

/// The claims that are shown as they are. The others are shown in another form, or not at all.
const SHOWN: [&str; 5] = ["jti", "client_id", "organization_id", "sub", "iss"];
/// So many scopes beyond those on offer may be asked for, which Logto refuses.
const MOST_BEYOND: usize = 16;
/// A token of at most this age counts as fresh, which limits the requests to Logto of somebody who
/// keeps pressing the button.
const FRESH: Duration = Duration::from_secs(5);

pub(crate) async fn access_tokens(
    auth: &Auth,
    person: &CurrentUser,
    query: &TokenQuery,
) -> Result<AccessTokens, AuthError> {
    let config = auth.app().client().config();
    let apis = apis(config);
    let query = &normalized(config, person, query);
    let is_named = |api: &Api| query.resource.as_deref() == Some(api.indicator());
    let unknown = query.resource.is_some() && !apis.iter().any(is_named);
    let organizations = if person.scope.contains(scope::ORGANIZATIONS) {
        recent_organizations(auth, person).await?
    } else {
        organizations_in_id_token(person)
    };
    let stored = auth.stored_tokens().await.map_err(refuse)?;
    let mut cards = Vec::new();
    let mut is_down = false;
    for api in apis {
        let chosen = is_named(&api);
        let whole = TokenQuery::default();
        let query = if chosen { query } else { &whole };
        let all = all(config, person, &api, query);
        let off = all.intersection(&person.switched_off);
        let offered = all.difference(&off);
        let asked = match request(&api, query, &offered) {
            // While Logto does not answer, each request to it makes the person wait for its
            // timeout.
            Ok(request) if is_down => held(auth, &stored, &request, &offered)?,
            Ok(request) => {
                let obtained = stored.token(&request).await.map(Some);
                describe_result(auth, &request, &offered, obtained)?
            }
            Err(refusal) => Err(refusal),
        };
        is_down |= asked == Err(TokenRefusal::Unavailable);
        cards.push(card(api, query, &offered, &off, chosen, asked));
    }
    Ok(for_page(AccessTokens {
        cards,
        organizations,
        unknown,
    }))
}

pub(crate) async fn refresh_access_token(
    auth: &Auth,
    person: &CurrentUser,
    query: &TokenQuery,
) -> Result<(), AuthError> {
    let config = auth.app().client().config();
    let query = &normalized(config, person, query);
    let named = |api: &Api| query.resource.as_deref() == Some(api.indicator());
    let found = apis(config).into_iter().find(named);
    let api = found.ok_or_else(invalid)?;
    let all = all(config, person, &api, query);
    let offered = all.difference(&person.switched_off);
    // The page loads the tokens again and shows why there is none.
    let Ok(mut request) = request(&api, query, &offered) else {
        return Ok(());
    };
    request.freshness = Freshness::Within(FRESH);
    let obtained = auth.token(&request).await.map(Some);
    match describe_result(auth, &request, &offered, obtained)? {
        Err(TokenRefusal::Unavailable) => Err(AuthError::Upstream),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The APIs that tokens can be requested for: Logto, and each configured resource. The resource
/// that stands for all organizations is none: a token for it has every permission in organizations,
/// whoever asks, and so says nothing about a person (`organization-resource-token.json`).
fn apis(config: &Config) -> Vec<Api> {
    let resources = config.resources.iter();
    let resources = resources.map(|resource| Api::Resource(resource.indicator.clone()));
    std::iter::once(Api::Logto).chain(resources).collect()
}

/// What a query comes to. Logto itself has one form for two audiences: that everything is ticked
/// for one of them is everything also when an organization is chosen with it, or left.
fn normalized(config: &Config, person: &CurrentUser, query: &TokenQuery) -> TokenQuery {
    let mut query = query.clone();
    if query.resource.as_deref() != Some(Api::Logto.indicator()) {
        return query;
    }
    let other: Scopes = match query.organization {
        Some(_) => person.scope.clone(),
        None => organization_permissions(config, person),
    };
    if Scopes::parse(&query.scope) == other.difference(&person.switched_off) {
        query.scope.clear();
    }
    query
}

/// The scopes that mean something for a token: of the permissions, those that were requested at the
/// sign-in.
fn all(config: &Config, person: &CurrentUser, api: &Api, query: &TokenQuery) -> Scopes {
    match api {
        Api::Logto if query.organization.is_some() => organization_permissions(config, person),
        Api::Logto => person.scope.clone(),
        Api::Resource(indicator) => config
            .resources
            .iter()
            .find(|resource| resource.indicator == *indicator)
            .map(|resource| requested(&resource.permissions, person))
            .unwrap_or_default(),
    }
}

fn organization_permissions(config: &Config, person: &CurrentUser) -> Scopes {
    requested(&config.organization_permissions, person)
}

fn requested(permissions: &[String], person: &CurrentUser) -> Scopes {
    let permissions: Scopes = permissions.iter().collect();
    permissions.intersection(&person.asked)
}

/// What to ask Logto for. Nothing ticked is everything, and so is everything ticked.
fn request(api: &Api, query: &TokenQuery, offered: &Scopes) -> Result<TokenRequest, TokenRefusal> {
    let organization = query.organization.as_deref().map(str::parse);
    let organization: Option<OrganizationId> = organization
        .transpose()
        .map_err(|_| TokenRefusal::NotMember)?;
    let ticked: Scopes = query
        .scope
        .parse()
        .map_err(|_| TokenRefusal::BeyondGrant(Vec::new()))?;
    // More than there are to choose from is none of them, and is not sent to Logto.
    if ticked.len() > offered.len() + MOST_BEYOND {
        return Err(TokenRefusal::BeyondGrant(Vec::new()));
    }
    let audience = match (api, organization) {
        (Api::Logto, None) => Audience::Default,
        (Api::Logto, Some(organization)) => Audience::Organization(organization),
        (api, None) => Audience::Resource(api.indicator().to_owned()),
        (api, Some(organization)) => Audience::OrganizationResource {
            organization,
            resource: api.indicator().to_owned(),
        },
    };
    let mut request = TokenRequest::new(audience);
    request.scopes = (!ticked.is_empty() && ticked != *offered).then_some(ticked);
    Ok(request)
}

/// Describes the cached token, without a request to Logto.
fn held(
    auth: &Auth,
    stored: &StoredTokens<'_>,
    request: &TokenRequest,
    offered: &Scopes,
) -> Result<Result<AccessTokenClaims, TokenRefusal>, AuthError> {
    let cached = true;
    let held = stored.unexpired(request);
    let obtained = held.map(|token| token.map(|token| Obtained { token, cached }));
    describe_result(auth, request, offered, obtained)
}

/// Describes the token, or why there is none. Errors of the whole session are returned.
fn describe_result(
    auth: &Auth,
    request: &TokenRequest,
    offered: &Scopes,
    obtained: Result<Option<Obtained>, Error>,
) -> Result<Result<AccessTokenClaims, TokenRefusal>, AuthError> {
    match obtained {
        Ok(obtained) => {
            let asked = request.scopes.as_ref().unwrap_or(offered);
            let now = auth.app().client().now();
            let claims = obtained.and_then(|obtained| describe(&obtained, asked, now));
            Ok(claims.ok_or(TokenRefusal::Unavailable))
        }
        Err(error) => token_refusal(auth, &request.audience, error).map(Err),
    }
}

fn card(
    api: Api,
    query: &TokenQuery,
    offered: &Scopes,
    off: &Scopes,
    chosen: bool,
    outcome: Result<AccessTokenClaims, TokenRefusal>,
) -> AccessTokenCard {
    let ticked = Scopes::parse(&query.scope);
    let all = ticked.is_empty();
    let permissions = offered.iter().map(|name| Tick {
        name: name.to_owned(),
        ticked: all || ticked.contains(name),
    });
    AccessTokenCard {
        api,
        organization: query.organization.clone(),
        permissions: permissions.collect(),
        switched_off: names(off),
        narrowed: if ticked == *offered {
            String::new()
        } else {
            ticked.intersection(offered).to_string()
        },
        chosen,
        outcome,
    }
}

fn names(scopes: &Scopes) -> Vec<String> {
    scopes.iter().map(str::to_owned).collect()
}

/// The claims of a token. `None` when its times are none.
fn describe(obtained: &Obtained, asked: &Scopes, now: u64) -> Option<AccessTokenClaims> {
    let Obtained { token, cached } = obtained;
    let claims = token.claims();
    let text = |name: &str| claims.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let number = |name: &str| claims.as_ref()?.get(name).and_then(Value::as_i64);
    let seconds = |time: u64| i64::try_from(time).ok();
    let small = |time: u64| u32::try_from(time).unwrap_or(u32::MAX);
    Some(AccessTokenClaims {
        audience: text("aud"),
        granted: names(&token.scope),
        withheld: names(&asked.difference(&token.scope)),
        issued: moment(number("iat").or_else(|| seconds(token.issued_at()))?)?,
        expires: moment(seconds(token.expires_at)?)?,
        lifetime: small(token.expires_in),
        left: small(token.expires_at.saturating_sub(now)),
        kept: *cached && now.saturating_sub(token.issued_at()) > FRESH.as_secs(),
        rest: SHOWN
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), text(name)?)))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use leptos::prelude::Owner;
    use logto::{AccessToken, Secret};

    use super::*;

    const SHOP: &str = "https://shop.example/api";
    const ACME: &str = "asl5guymvnj4";

    fn query(organization: &str, scope: &str) -> TokenQuery {
        TokenQuery::new(None, Some(organization.to_owned()), scope.to_owned())
    }

    fn shop() -> Api {
        Api::Resource(SHOP.to_owned())
    }

    /// A token as Logto was recorded to give it, a minute ago.
    fn recorded(name: &str, audience: Audience) -> (Obtained, u64) {
        let facts: Value =
            serde_json::from_str(dev_idp::recorded("token-responses").unwrap()).unwrap();
        let cases = facts["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["name"] == name).unwrap();
        let body = &case["response"]["body"];
        let text = |name: &str| body[name].as_str().unwrap();
        let exp = case["response"]["decoded_access_token"]["payload"]["exp"].as_u64();
        let expires_at = exp.unwrap_or(1_795_334_768);
        let token = AccessToken {
            token: Secret::new(text("access_token")),
            scope: Scopes::parse(text("scope")),
            expires_at,
            expires_in: body["expires_in"].as_u64().unwrap(),
            audience,
        };
        let obtained = Obtained {
            token,
            cached: true,
        };
        (obtained, expires_at - 3540)
    }

    fn described(name: &str, audience: Audience, asked: &str) -> AccessTokenClaims {
        let (obtained, now) = recorded(name, audience);
        Owner::new().with(|| describe(&obtained, &Scopes::parse(asked), now).unwrap())
    }

    fn get<'a>(claims: &'a AccessTokenClaims, name: &str) -> Option<&'a str> {
        let found = claims.rest.iter().find(|(claim, _)| claim == name);
        found.map(|(_, value)| value.as_str())
    }

    #[test]
    fn the_form_names_one_of_four_audiences() {
        let organization: OrganizationId = ACME.parse().unwrap();
        let of = |api: &Api, chosen: &str| {
            let request = request(api, &query(chosen, ""), &Scopes::new());
            request.unwrap().audience
        };
        assert_eq!(of(&Api::Logto, ""), Audience::Default);
        assert_eq!(
            of(&Api::Logto, ACME),
            Audience::Organization(organization.clone())
        );
        assert_eq!(of(&shop(), ""), Audience::Resource(SHOP.to_owned()));
        let resource = SHOP.to_owned();
        let inside = Audience::OrganizationResource {
            organization,
            resource,
        };
        assert_eq!(of(&shop(), ACME), inside);
    }

    #[test]
    fn only_a_choice_among_the_boxes_narrows() {
        let offered = Scopes::parse("read:orders write:orders");
        let scopes = |ticked: &str| {
            request(&shop(), &query("", ticked), &offered)
                .unwrap()
                .scopes
        };
        assert_eq!(scopes(""), None);
        assert_eq!(scopes("write:orders read:orders"), None);
        assert_eq!(scopes("read:orders"), Some(Scopes::parse("read:orders")));
        // What is not on offer goes along, and Logto refuses it.
        let more = "read:orders write:orders bogus";
        assert_eq!(scopes(more), Some(Scopes::parse(more)));
    }

    /// OR-01
    #[test]
    fn what_cannot_be_asked_for_is_refused_here() {
        let asked = |organization: &str, scope: &str| {
            request(&shop(), &query(organization, scope), &Scopes::new())
        };
        assert_eq!(asked("a&resource=x", ""), Err(TokenRefusal::NotMember));
        assert_eq!(
            asked("", "a\"b"),
            Err(TokenRefusal::BeyondGrant(Vec::new()))
        );
    }

    #[test]
    fn a_token_says_whom_it_is_for_what_it_opens_and_until_when() {
        let name = "refresh: organization_id=globex + resource=shop";
        let claims = described(name, Audience::Default, "read:orders write:orders");
        assert_eq!(claims.audience.as_deref(), Some(SHOP));
        assert_eq!(claims.granted, ["read:orders"]);
        assert_eq!(claims.withheld, ["write:orders"]);
        assert_eq!(get(&claims, "organization_id"), Some("1xld34l574eb"));
        assert_eq!(get(&claims, "client_id"), Some("9llbk1n9eiovviw3z58b2"));
        assert!(get(&claims, "jti").is_some());
        assert_eq!((claims.left, claims.lifetime), (3540, 3600));
        assert!(claims.expires.text.ends_with("UTC") && claims.kept);
    }

    #[test]
    fn an_opaque_token_has_no_claims_and_still_has_times_and_scopes() {
        let name = "refresh: narrowed scope=openid profile (opaque)";
        let claims = described(name, Audience::Default, "openid profile email");
        assert_eq!(claims.audience, None);
        assert_eq!(claims.granted, ["openid", "profile"]);
        assert_eq!(claims.withheld, ["email"]);
        assert!(claims.rest.is_empty());
        assert_eq!(claims.issued.machine, "2026-11-22T07:06:08Z");
    }

    #[test]
    fn an_empty_scope_stays_empty() {
        let name = "refresh: resource=billing (user has no scope there)";
        let claims = described(name, Audience::Default, "view:invoices");
        assert!(claims.granted.is_empty());
        assert_eq!(claims.withheld, ["view:invoices"]);
    }

    /// SL-03
    #[test]
    fn nothing_that_is_described_holds_the_token() {
        let name = "refresh: resource=shop";
        let (obtained, now) = recorded(name, Audience::Resource(SHOP.to_owned()));
        let claims = Owner::new().with(|| describe(&obtained, &Scopes::new(), now).unwrap());
        let text = serde_json::to_string(&claims).unwrap();
        for part in obtained.token.token.expose().split('.') {
            assert!(!text.contains(part));
        }
    }
}

//! The orders API, called over HTTP with a person's access token: to one address, which no browser chooses (SL-11), with the
//! token and nothing else of the person's request (SL-12).

use std::time::{Duration, Instant};

use leptos_logto::server::{OrganizationId, Secret, moment};
use reqwest::{Client, Method, RequestBuilder, StatusCode, header, redirect};
use serde::Deserialize;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use url::Url;

use crate::orders::{ApiAnswer, Call, InvalidFields, Listed, Order, OrderError, Placed};

/// The timeout of a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// The timeout of a connection.
const CONNECTING: Duration = Duration::from_secs(2);
/// The longest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 256 * 1024;

/// The client of the orders API. The server puts it into context; without it, there is no API.
#[derive(Clone, Debug)]
pub struct ShopClient {
    base: Url,
    resource: String,
    http: Client,
}

/// The answer of the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub method: Method,
    pub path: String,
    /// `None` when nothing came, or not all.
    pub status: Option<StatusCode>,
    pub milliseconds: u32,
    /// The scopes that a refusal names.
    pub missing: Vec<String>,
    body: Vec<u8>,
}

impl ShopClient {
    /// The API at `base`, such as `http://127.0.0.1:3000/shop`, which takes tokens for `resource`.
    ///
    /// # Errors
    /// When the TLS library does not start.
    pub fn new(base: Url, resource: impl Into<String>) -> reqwest::Result<Self> {
        let http = Client::builder()
            // Neither a redirect nor a proxy of the environment is to get the token.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECTING)
            .timeout(PATIENCE)
            .build()?;
        let resource = resource.into();
        Ok(Self {
            base,
            resource,
            http,
        })
    }

    /// What its tokens are for: the indicator of the resource.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The newest orders of the person, or of an organization; or those before one of them.
    pub(crate) async fn list(
        &self,
        token: Secret,
        organization: Option<&OrganizationId>,
        before: Option<&str>,
    ) -> Answer {
        let mut address = self.address(organization);
        if let Some(before) = before {
            address.query_pairs_mut().append_pair("before", before);
        }
        let request = self.http.get(address.clone());
        send(Method::GET, &address, request, &token).await
    }

    /// Places an order.
    pub(crate) async fn place(
        &self,
        token: Secret,
        organization: Option<&OrganizationId>,
        item: &str,
        quantity: u32,
    ) -> Answer {
        let address = self.address(organization);
        let order = json!({ "item": item, "quantity": quantity });
        let request = self.http.post(address.clone()).json(&order);
        send(Method::POST, &address, request, &token).await
    }

    fn address(&self, organization: Option<&OrganizationId>) -> Url {
        let mut address = self.base.clone();
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty();
            if let Some(organization) = organization {
                path.extend(["organizations", organization.as_str()]);
            }
            path.push("orders");
        }
        address
    }
}

/// Whether text can be the id of an order, whoever wrote it: a UUID is one, and what an address would have to escape is none.
pub(crate) fn is_order_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

async fn send(method: Method, address: &Url, request: RequestBuilder, token: &Secret) -> Answer {
    let begun = Instant::now();
    let answered = answer(request.bearer_auth(token.expose())).await;
    let milliseconds = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
    let (status, missing, body) = match answered {
        Ok((status, missing, body)) => (Some(status), missing, body),
        Err(error) => {
            tracing::error!(error, "the orders API does not answer");
            (None, Vec::new(), Vec::new())
        }
    };
    Answer {
        method,
        path: address.path().to_owned(),
        status,
        milliseconds,
        missing,
        body,
    }
}

async fn answer(request: RequestBuilder) -> Result<(StatusCode, Vec<String>, Vec<u8>), String> {
    let text = |error: reqwest::Error| error.to_string();
    let mut response = request.send().await.map_err(text)?;
    let challenge = response.headers().get(header::WWW_AUTHENTICATE);
    let missing = challenge.and_then(|challenge| challenge.to_str().ok());
    let missing = missing.map(scopes).unwrap_or_default();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(text)? {
        if body.len() + piece.len() > LARGEST_ANSWER {
            return Err("the answer is longer than any that is expected".to_owned());
        }
        body.extend_from_slice(&piece);
    }
    Ok((response.status(), missing, body))
}

/// The scopes a `WWW-Authenticate` header asks for (RFC 6750 section 3).
fn scopes(challenge: &str) -> Vec<String> {
    let Some((_, rest)) = challenge.split_once("scope=\"") else {
        return Vec::new();
    };
    let named = rest.split('"').next().unwrap_or_default();
    named
        .split_ascii_whitespace()
        .filter(|scope| scope.len() <= 64)
        .take(8)
        .map(str::to_owned)
        .collect()
}

impl Answer {
    pub(crate) fn is_refused_token(&self) -> bool {
        self.status == Some(StatusCode::UNAUTHORIZED)
    }

    fn call(&self, retried: bool) -> Option<Call> {
        Some(Call {
            method: self.method.to_string(),
            path: self.path.clone(),
            status: self.status?.as_u16(),
            milliseconds: self.milliseconds,
            retried,
        })
    }

    /// The answer as it came. JSON is written in lines.
    pub(crate) fn shown(self, retried: bool) -> Result<ApiAnswer, OrderError> {
        let call = self.call(retried).ok_or(OrderError::Failed(None))?;
        let json = serde_json::from_slice::<Value>(&self.body);
        let body = json.and_then(|json| serde_json::to_string_pretty(&json));
        let body = body.unwrap_or_else(|_| String::from_utf8_lossy(&self.body).into_owned());
        Ok(ApiAnswer { call, body })
    }

    /// The orders in it.
    pub(crate) fn listed(self, retried: bool) -> Result<Listed, OrderError> {
        #[derive(Deserialize)]
        struct List {
            orders: Vec<Row>,
            next: Option<String>,
        }
        let call = self.expect(StatusCode::OK, retried)?;
        let list = serde_json::from_slice::<List>(&self.body).ok();
        let list = list.filter(|list| list.next.as_deref().is_none_or(is_order_id));
        let read = list.and_then(|list| {
            let orders: Option<Vec<Order>> = list.orders.into_iter().map(Row::read).collect();
            Some((orders?, list.next))
        });
        let Some((orders, next)) = read else {
            tracing::error!("the orders API answers with something that is no list of orders");
            return Err(OrderError::Failed(Some(call)));
        };
        Ok(Listed { call, orders, next })
    }

    /// The order that was placed.
    pub(crate) fn placed(self, retried: bool) -> Result<Placed, OrderError> {
        let call = self.expect(StatusCode::CREATED, retried)?;
        let row = serde_json::from_slice::<Row>(&self.body).ok();
        match row {
            Some(Row { id, .. }) if is_order_id(&id) => Ok(Placed { call, id }),
            _ => Err(OrderError::Failed(Some(call))),
        }
    }

    fn expect(&self, expected: StatusCode, retried: bool) -> Result<Call, OrderError> {
        let Some(call) = self.call(retried) else {
            return Err(OrderError::Failed(None));
        };
        match self.status {
            Some(status) if status == expected => Ok(call),
            Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => Err(OrderError::Refused {
                call,
                missing: self.missing.clone(),
            }),
            Some(StatusCode::CONFLICT) => Err(OrderError::TooMany(call)),
            Some(StatusCode::UNPROCESSABLE_ENTITY) => {
                Err(OrderError::Invalid(self.invalid_fields()))
            }
            _ => Err(OrderError::Failed(Some(call))),
        }
    }

    /// Which members a problem document points at (RFC 9457).
    fn invalid_fields(&self) -> InvalidFields {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let names = |pointer: &str| {
            let errors = problem["errors"].as_array();
            errors.is_some_and(|errors| errors.iter().any(|error| error["pointer"] == pointer))
        };
        InvalidFields {
            item: names("/item"),
            quantity: names("/quantity"),
        }
    }
}

/// An order as the API writes it.
#[derive(Deserialize)]
struct Row {
    id: String,
    item: String,
    quantity: u32,
    created_at: String,
    placed_by: String,
}

impl Row {
    fn read(self) -> Option<Order> {
        let placed = OffsetDateTime::parse(&self.created_at, &Rfc3339).ok()?;
        Some(Order {
            id: self.id,
            item: self.item,
            quantity: self.quantity,
            placed: moment(placed.unix_timestamp())?,
            by: self.placed_by,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api() -> ShopClient {
        let base = "http://127.0.0.1:3000/shop".parse().unwrap();
        ShopClient::new(base, "https://shop.example/api").unwrap()
    }

    fn answer(status: u16, body: &Value) -> Answer {
        Answer {
            method: Method::GET,
            path: "/shop/orders".to_owned(),
            status: StatusCode::from_u16(status).ok(),
            milliseconds: 12,
            missing: vec!["read:orders".to_owned()],
            body: body.to_string().into_bytes(),
        }
    }

    /// SL-11: an organization is one segment of the path, whatever it is called.
    #[test]
    fn the_address_is_below_the_base() {
        assert_eq!(
            api().address(None).as_str(),
            "http://127.0.0.1:3000/shop/orders"
        );
        let acme: OrganizationId = "asl5guymvnj4".parse().unwrap();
        assert_eq!(
            api().address(Some(&acme)).as_str(),
            "http://127.0.0.1:3000/shop/organizations/asl5guymvnj4/orders"
        );
        assert!("../x?y#z".parse::<OrganizationId>().is_err());
    }

    #[test]
    fn a_refusal_says_which_permissions_are_needed() {
        let challenge = r#"Bearer realm="https://shop.example/api", error="insufficient_scope", scope="read:orders write:orders""#;
        assert_eq!(scopes(challenge), ["read:orders", "write:orders"]);
        for challenge in ["", "Bearer", "Bearer realm=\"x\"", "Bearer scope=\""] {
            assert_eq!(scopes(challenge), Vec::<String>::new(), "{challenge}");
        }
        for status in [401, 403] {
            let Err(OrderError::Refused { call, missing }) =
                answer(status, &json!({})).listed(true)
            else {
                panic!("{status} is a refusal");
            };
            assert_eq!((call.status, call.retried), (status, true));
            assert_eq!(missing, ["read:orders"]);
        }
    }

    #[test]
    fn an_answer_of_any_status_is_shown_as_it_came() {
        let refused = answer(403, &json!({ "title": "no", "status": 403 }));
        let shown = refused.shown(true).unwrap();
        assert_eq!((shown.call.status, shown.call.retried), (403, true));
        let expected = json!({ "title": "no", "status": 403 });
        assert_eq!(
            serde_json::from_str::<Value>(&shown.body).unwrap(),
            expected
        );
        assert_eq!(shown.body.lines().count(), 4);
        let mut odd = answer(502, &json!({}));
        odd.body = b"Bad Gateway \xff".to_vec();
        assert_eq!(odd.shown(false).unwrap().body, "Bad Gateway \u{fffd}");
        let mut silent = answer(200, &json!({}));
        silent.status = None;
        assert_eq!(silent.shown(false), Err(OrderError::Failed(None)));
    }

    #[test]
    fn what_is_wrong_with_an_order_is_told_by_field() {
        let problem = json!({ "errors": [{ "pointer": "/quantity", "detail": "…" }] });
        let invalid = InvalidFields {
            item: false,
            quantity: true,
        };
        assert_eq!(
            answer(422, &problem).placed(false),
            Err(OrderError::Invalid(invalid))
        );
    }

    #[test]
    fn what_is_no_answer_of_the_api_is_a_failure() {
        let call = answer(200, &json!({})).call(false);
        for body in [
            json!({}),
            json!([]),
            json!({ "orders": [{ "id": "1" }] }),
            json!({ "orders": [], "next": "1&organization=x" }),
            json!({ "orders": [{ "id": "1", "item": "x", "quantity": 1, "created_at": "yesterday", "placed_by": "u" }] }),
        ] {
            let listed = answer(200, &body).listed(false);
            assert_eq!(listed, Err(OrderError::Failed(call.clone())), "{body}");
        }
        let odd = json!({ "id": "a b", "item": "x", "quantity": 1, "created_at": "2026-11-22T07:06:08Z", "placed_by": "u" });
        let call = answer(201, &odd).call(false);
        assert_eq!(
            answer(201, &odd).placed(false),
            Err(OrderError::Failed(call))
        );
        let mut silent = answer(200, &json!({}));
        silent.status = None;
        assert_eq!(silent.listed(false), Err(OrderError::Failed(None)));
        assert!(matches!(
            answer(500, &json!({})).placed(false),
            Err(OrderError::Failed(Some(_)))
        ));
    }
}

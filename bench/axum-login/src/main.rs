//! The guarded handler of `bench/servers/src/bin/guarded.rs` with axum-login and the SQLite store of tower-sessions: the claims of
//! the person who is signed in, as JSON. The claims come from a file, and a POST to `/login` signs in.
//!
//! ```text
//! BENCH_USERS=memory|sqlite BENCH_CLAIMS=claims.json SESSION_STORE=sqlite://FILE bench-axum-login ADDRESS
//! ```
//!
//! People are in a table of the same file, as in the example of axum-login, or in the memory of the process, which is the least
//! that it can cost.

#[path = "../../servers/src/counting.rs"]
mod counting;

use std::{env, fs, sync::Arc};

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post},
    serve::ListenerExt as _,
};
use axum_login::{
    AuthManagerLayerBuilder, AuthSession, AuthUser, AuthnBackend, UserId, login_required,
    tower_sessions::SessionManagerLayer,
};
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tower_sessions_sqlx_store::{
    SqliteStore,
    sqlx::{
        self, Row as _, SqlitePool,
        sqlite::{SqliteConnectOptions, SqliteJournalMode},
    },
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Debug)]
struct Person {
    subject: String,
    claims: Arc<Map<String, Value>>,
}

impl AuthUser for Person {
    type Id = String;

    fn id(&self) -> String {
        self.subject.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.subject.as_bytes()
    }
}

#[derive(Clone)]
enum People {
    Memory(Person),
    Sqlite(SqlitePool),
}

impl AuthnBackend for People {
    type User = Person;
    type Credentials = String;
    type Error = sqlx::Error;

    async fn authenticate(&self, subject: String) -> Result<Option<Person>, sqlx::Error> {
        self.get_user(&subject).await
    }

    async fn get_user(&self, subject: &UserId<Self>) -> Result<Option<Person>, sqlx::Error> {
        let pool = match self {
            Self::Memory(person) => return Ok((person.subject == *subject).then(|| person.clone())),
            Self::Sqlite(pool) => pool,
        };
        let found = sqlx::query("SELECT claims FROM people WHERE subject = ?")
            .bind(subject)
            .fetch_optional(pool)
            .await?;
        let read = |row: sqlx::sqlite::SqliteRow| {
            let claims = serde_json::from_str(row.try_get("claims")?);
            let claims = claims.map_err(|error| sqlx::Error::Decode(error.into()))?;
            Ok(Person {
                subject: subject.clone(),
                claims: Arc::new(claims),
            })
        };
        found.map(read).transpose()
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    counting::report()?;
    let address = env::args().nth(1).ok_or("at which address?")?;
    let text = fs::read_to_string(env::var("BENCH_CLAIMS")?)?;
    let claims: Map<String, Value> = serde_json::from_str(&text)?;
    let subject = claims
        .get("sub")
        .and_then(Value::as_str)
        .ok_or("whose claims?")?;
    let subject = subject.to_owned();

    let options: SqliteConnectOptions = env::var("SESSION_STORE")?.parse()?;
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePool::connect_with(options).await?;
    let store = SqliteStore::new(pool.clone());
    store.migrate().await?;
    let people = if env::var("BENCH_USERS")? == "memory" {
        People::Memory(Person {
            subject: subject.clone(),
            claims: Arc::new(claims),
        })
    } else {
        sqlx::query("CREATE TABLE people (subject TEXT PRIMARY KEY, claims TEXT NOT NULL)")
            .execute(&pool)
            .await?;
        sqlx::query("INSERT INTO people VALUES (?, ?)")
            .bind(&subject)
            .bind(text)
            .execute(&pool)
            .await?;
        People::Sqlite(pool)
    };
    let sessions = SessionManagerLayer::new(store).with_secure(false);
    let router = Router::new()
        .route("/claims", get(show))
        .route_layer(login_required!(People))
        .route(
            "/login",
            post(move |session| login(session, subject.clone())),
        )
        .layer(AuthManagerLayerBuilder::new(people, sessions).build());
    let listener = TcpListener::bind(address).await?.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

async fn show(session: AuthSession<People>) -> Result<Json<Arc<Map<String, Value>>>, StatusCode> {
    let person = session.user.ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(Json(person.claims))
}

async fn login(
    mut session: AuthSession<People>,
    subject: String,
) -> Result<&'static str, StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let person = session.authenticate(subject).await.map_err(failed)?;
    session
        .login(&person.ok_or(StatusCode::UNAUTHORIZED)?)
        .await
        .map_err(failed)?;
    Ok("ok\n")
}

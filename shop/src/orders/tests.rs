use sqlx::{Connection as _, Executor as _, SqliteConnection};

use super::*;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn person(subject: &str) -> Customer {
    Customer::Person {
        subject: subject.to_owned(),
    }
}

fn member(subject: &str, organization: &str) -> Customer {
    Customer::Member {
        subject: subject.to_owned(),
        organization: organization.parse().unwrap(),
    }
}

fn new(item: &str) -> NewOrder {
    NewOrder {
        item: item.to_owned(),
        quantity: 2,
    }
}

fn page(limit: u32, before: Option<Uuid>) -> Page {
    Page { limit, before }
}

async fn place(orders: &Orders, customer: &Customer, item: &str) -> Order {
    let placed = orders.place(customer, new(item), NOW).await.unwrap();
    placed.expect("there is room")
}

async fn items(orders: &Orders, customer: &Customer) -> Vec<String> {
    let found = orders.list(customer, page(100, None)).await.unwrap();
    found.into_iter().map(|order| order.item).collect()
}

/// A place for files that goes away with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("shop-{}", Uuid::now_v7()));
        std::fs::create_dir_all(folder.join("orders")).unwrap();
        Self(folder)
    }

    fn url(&self) -> String {
        format!("sqlite://{}/orders/shop.db", self.0.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn an_order_is_found_again_as_it_was_placed() {
    let orders = Orders::in_memory().await.unwrap();
    let now = OffsetDateTime::from_unix_timestamp_nanos(1_795_331_168_123_456_789).unwrap();
    for customer in [person("alice"), member("alice", "acme")] {
        let placed = orders
            .place(&customer, new("Coffee ☕️"), now)
            .await
            .unwrap()
            .expect("there is room");
        assert_eq!(
            orders.find(&customer, placed.id).await.unwrap(),
            Some(placed.clone())
        );
        assert_eq!((placed.quantity, placed.placed_by.as_str()), (2, "alice"));
        assert_eq!(
            serde_json::to_value(&placed).unwrap()["created_at"],
            "2026-11-22T07:06:08.123Z"
        );
    }
}

/// ASVS 8.4.1: people and organizations are apart, even those with the same name.
#[tokio::test]
async fn nobody_reaches_what_belongs_to_another() {
    let orders = Orders::in_memory().await.unwrap();
    let customers = [
        person("alice"),
        person("bob"),
        member("alice", "acme"),
        member("alice", "globex"),
        // Subjects and ids of organizations are two namespaces, whatever they are called.
        person("acme"),
        member("bob", "alice"),
    ];
    let mut placed = Vec::new();
    for customer in &customers {
        placed.push(place(&orders, customer, "x").await);
    }
    for (at, customer) in customers.iter().enumerate() {
        let listed = orders.list(customer, page(100, None)).await.unwrap();
        assert_eq!(listed, [placed[at].clone()], "{customer:?}");
        for (other, order) in placed.iter().enumerate().filter(|(other, _)| *other != at) {
            assert_eq!(orders.find(customer, order.id).await.unwrap(), None);
            assert!(!orders.cancel(customer, order.id).await.unwrap(), "{other}");
        }
    }
    // What belongs to an organization belongs to all of its members.
    let colleague = member("bob", "acme");
    let found = orders.find(&colleague, placed[2].id).await.unwrap();
    assert_eq!(found.unwrap().placed_by, "alice");
    assert!(orders.cancel(&colleague, placed[2].id).await.unwrap());
}

#[tokio::test]
async fn an_order_that_was_cancelled_is_gone_and_can_be_cancelled_once() {
    let orders = Orders::in_memory().await.unwrap();
    for customer in [person("alice"), member("alice", "acme")] {
        let order = place(&orders, &customer, "Tea").await;
        assert!(orders.cancel(&customer, order.id).await.unwrap());
        assert!(!orders.cancel(&customer, order.id).await.unwrap());
        assert_eq!(orders.find(&customer, order.id).await.unwrap(), None);
    }
}

/// ASVS 2.4.1: nobody fills the file alone.
#[tokio::test]
async fn one_person_keeps_a_thousand_orders_and_no_more() {
    let orders = Orders::in_memory().await.unwrap();
    let mine = [
        person("alice"),
        member("alice", "acme"),
        member("alice", "globex"),
    ];
    for customer in &mine {
        let first = place(&orders, customer, "first").await;
        for _ in 1..MOST {
            place(&orders, customer, "another").await;
        }
        let refused = orders.place(customer, new("x"), NOW).await.unwrap();
        assert_eq!(refused, None, "{customer:?}");
        assert_eq!(items(&orders, customer).await[0], "another");
        assert!(orders.cancel(customer, first.id).await.unwrap());
        place(&orders, customer, "in its place").await;
        let refused = orders.place(customer, new("x"), NOW).await.unwrap();
        assert_eq!(refused, None, "{customer:?}");
    }
    for customer in [
        person("bob"),
        member("bob", "acme"),
        member("alice", "initech"),
    ] {
        place(&orders, &customer, "there is room").await;
    }
}

#[tokio::test]
async fn a_file_of_an_earlier_layout_is_brought_further() {
    let folder = Folder::new();
    let alice = member("alice", "acme");
    let orders = Orders::open(&folder.url()).await.unwrap();
    place(&orders, &alice, "Coffee").await;
    sqlx::raw_sql(
        "DROP INDEX orders_of_members; DROP TABLE _sqlx_migrations; PRAGMA user_version = 1",
    )
    .execute(&orders.0)
    .await
    .unwrap();
    let again = Orders::open(&folder.url()).await.unwrap();
    assert_eq!(items(&again, &alice).await, ["Coffee"]);
    place(&again, &alice, "Tea").await;
}

#[tokio::test]
async fn a_file_from_before_migrations_keeps_its_orders() {
    let folder = Folder::new();
    let mut raw = SqliteConnection::connect(&format!("{}?mode=rwc", folder.url()))
        .await
        .unwrap();
    raw.execute(include_str!("before-migrations.sql"))
        .await
        .unwrap();
    for _ in 0..2 {
        let orders = Orders::open(&folder.url()).await.unwrap();
        assert_eq!(items(&orders, &person("alice")).await, ["Coffee"]);
        assert_eq!(items(&orders, &member("alice", "acme")).await, ["Tea"]);
    }
}

#[tokio::test]
async fn a_list_comes_in_pieces_the_newest_first() {
    let orders = Orders::in_memory().await.unwrap();
    for customer in [person("alice"), member("alice", "acme")] {
        for number in 0..5 {
            let item = number.to_string();
            place(&orders, &customer, &item).await;
        }
        let mut found = Vec::new();
        let mut before = None;
        loop {
            let piece = orders.list(&customer, page(2, before)).await.unwrap();
            before = piece.last().map(|order| order.id);
            if piece.is_empty() {
                break;
            }
            found.extend(piece.into_iter().map(|order| order.item));
        }
        assert_eq!(found, ["4", "3", "2", "1", "0"]);
    }
}

#[tokio::test]
async fn a_file_keeps_orders_and_is_for_its_owner_alone() {
    let folder = Folder::new();
    let alice = person("alice");
    let orders = Orders::open(&folder.url()).await.unwrap();
    place(&orders, &alice, "Coffee").await;
    let again = Orders::open(&folder.url()).await.unwrap();
    assert_eq!(items(&again, &alice).await, ["Coffee"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for file in std::fs::read_dir(folder.0.join("orders")).unwrap() {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}", file.path().display());
        }
    }
}

#[tokio::test]
async fn two_that_open_a_new_file_at_once_both_can() {
    for _ in 0..20 {
        let folder = Folder::new();
        let url = folder.url();
        let opening: Vec<_> = (0..8)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { Orders::open(&url).await.map(drop) })
            })
            .collect();
        for opened in opening {
            opened.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn a_file_of_a_newer_layout_is_refused() {
    let folder = Folder::new();
    let orders = Orders::open(&folder.url()).await.unwrap();
    sqlx::raw_sql("INSERT INTO _sqlx_migrations VALUES (3, 'newer', 0, TRUE, x'00', 0)")
        .execute(&orders.0)
        .await
        .unwrap();
    let error = Orders::open(&folder.url()).await.unwrap_err();
    assert_eq!(
        logto_axum::__private::chain(&error),
        "orders: could not read its file: the file has layout 3, this program knows 2"
    );
}

#[tokio::test]
async fn a_file_that_holds_sessions_is_refused_and_stays_as_it_is() {
    use logto_axum::Store as _;

    let folder = Folder::new();
    std::fs::create_dir_all(folder.0.join("orders")).unwrap();
    let sessions = logto_axum::SqliteStore::open(&folder.url()).await.unwrap();
    let error = Orders::open(&folder.url()).await.unwrap_err();
    assert_eq!(
        logto_axum::__private::chain(&error),
        "orders: could not use its file: the file holds the data of another program, for example sessions; give the orders a \
         file of their own"
    );
    sessions.check().await.unwrap();
}

/// Nothing is made of what is refused: no folder of that name, no file.
#[tokio::test]
async fn what_names_no_file_is_refused_and_leaves_nothing_behind() {
    let folder = Folder::new();
    let inside = folder.0.join("orders");
    let inside = inside.display();
    for url in [
        format!("sqlite://{inside}/missing/shop.db"),
        "sqlite:///dev/null/x/shop.db".to_owned(),
        format!("postgres:{inside}/postgres/x"),
        format!("postgres://localhost{inside}/postgres/x"),
        format!("{inside}/plain/shop.db"),
        format!("sqlite:{inside}/one-colon/shop.db"),
        format!("sqlite:{inside}/:memory:"),
        format!("sqlite://{inside}/memory/x.db?mode=memory"),
        format!("sqlite://{inside}/unknown/x.db?mode=other"),
        format!("sqlite://{inside}/unknown/x.db?unknown=1"),
        "sqlite://".to_owned(),
        "sqlite://?mode=rwc".to_owned(),
    ] {
        assert!(Orders::open(&url).await.is_err(), "{url}");
    }
    let left = std::fs::read_dir(folder.0.join("orders")).unwrap();
    assert_eq!(left.count(), 0);
}

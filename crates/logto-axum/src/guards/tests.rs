use logto::{ApiResource, Scopes, Secret};

use super::*;

/// What an application asks for.
fn config() -> Config {
    let url = |path: &str| format!("https://app.example/{path}").parse().unwrap();
    let secret = Secret::new("secret");
    let mut config = Config::new(url(""), "app", secret, url("callback"), url(""));
    config.scopes = Scopes::parse("roles");
    config.resources = vec![ApiResource::new(
        "https://shop.example/api",
        ["read:orders"],
    )];
    config.organization_permissions = vec!["manage:billing".into()];
    config
}

#[test]
fn a_guard_whose_scope_is_never_requested_is_found() {
    const IN: &str = "/org/{organization}";
    let permission = |resource, permission| Requirement::Permission {
        resource,
        permission,
    };
    for (path, requires, lacks) in [
        ("/a", Requirement::SignedIn, None),
        ("/a", Requirement::Role("auditor"), None),
        (
            "/a",
            permission("https://shop.example/api", "read:orders"),
            None,
        ),
        (
            "/a",
            permission("https://shop.example/api", "write:orders"),
            Some("write:orders"),
        ),
        (
            "/a",
            permission("https://other.example/api", "read:orders"),
            Some("read:orders"),
        ),
        (IN, Requirement::Member, None),
        (
            IN,
            Requirement::OrganizationPermission("manage:billing"),
            None,
        ),
        (
            IN,
            Requirement::OrganizationPermission("manage:members"),
            Some("manage:members"),
        ),
        (
            IN,
            Requirement::OrganizationRole("admin"),
            Some(scope::ORGANIZATION_ROLES),
        ),
    ] {
        let guards = Guards::new([Guard::new(path, requires)]);
        let config = config();
        let found = guards.unmeetable(&config);
        assert_eq!(found.first().map(|(_, scope)| *scope), lacks, "{requires}");
    }
    let mut bare = config();
    bare.scopes = Scopes::new();
    bare.organization_permissions.clear();
    for (path, requires) in [
        ("/a", Requirement::Role("auditor")),
        (IN, Requirement::Member),
    ] {
        let guards = Guards::new([Guard::new(path, requires)]);
        assert_eq!(guards.unmeetable(&bare).len(), 1, "{requires}");
    }
}

fn guards() -> Guards {
    Guards::new([
        Guard::new("/profile", Requirement::SignedIn),
        Guard::new("/org", Requirement::SignedIn),
        Guard::new("/org/{organization}", Requirement::Member),
        Guard::new(
            "/org/{organization}/billing",
            Requirement::OrganizationPermission("manage:billing"),
        ),
        Guard::new("/org/new", Requirement::Role("founder")),
    ])
}

/// The requirement, with the organization it is checked in.
fn required(path: &str) -> Option<(Requirement<'static>, Option<String>)> {
    let guards = guards();
    let (requirement, organization) = guards.requirement(path)?;
    Some((requirement, organization.map(|id| id.to_string())))
}

fn member(id: &str) -> (Requirement<'static>, Option<String>) {
    (Requirement::Member, Some(id.to_owned()))
}

/// LX-03
#[test]
fn a_guarded_path_is_guarded_in_every_spelling() {
    for path in [
        "/profile",
        "/profile/",
        "//profile",
        "/PROFILE",
        "/%70rofile",
        "/profile;x",
        "/profile%23",
        "/profile%3Fx",
        "/profile/deep",
        "/profile.",
    ] {
        assert_eq!(
            required(path),
            Some((Requirement::SignedIn, None)),
            "{path}"
        );
    }
    // Two parsers may read different pages here, so there is none.
    for path in [
        "/%2570rofile",
        "/profile%2f",
        "/a/../profile",
        "/./profile",
        "/profile/..",
        "/profile%2f..",
        "/profile/x/%2e%2e/..",
        "\\profile",
        "/profile%5cx",
        "/org/../profile",
    ] {
        assert_eq!(required(path), Some((UNREACHABLE, None)), "{path}");
    }
}

/// LX-03: a longer pattern is no way around a shorter one.
#[test]
fn a_path_that_leads_through_another_rule_has_no_page() {
    for path in [
        "/org/acme/../../profile",
        "/profile/../org/new",
        "/org/acme%2f..%2fnew",
        "/org/acme/..%2fnew",
        "/profile/../anywhere",
        "/anywhere/../profile",
    ] {
        assert_eq!(required(path), Some((UNREACHABLE, None)), "{path}");
    }
    for path in ["/anywhere/../elsewhere", "/a%2fb", "/./a"] {
        assert_eq!(required(path), None, "{path}");
    }
}

#[test]
fn other_paths_are_open() {
    for path in [
        "/",
        "/profiles",
        "/pkg/profile.css",
        "/sign-in",
        "",
        "/organizations",
    ] {
        assert_eq!(required(path), None, "{path}");
    }
}

#[test]
fn the_longest_pattern_decides_and_of_two_the_one_that_spells_more_out() {
    let billing = Requirement::OrganizationPermission("manage:billing");
    assert_eq!(required("/org"), Some((Requirement::SignedIn, None)));
    assert_eq!(required("/org/acme"), Some(member("acme")));
    assert_eq!(required("/org/acme/orders/7"), Some(member("acme")));
    assert_eq!(required("/org/acme/caf%C3%A9"), Some(member("acme")));
    assert_eq!(required("/org/acme/billings"), Some(member("acme")));
    for path in [
        "/org/acme/billing",
        "/org/acme/billing/may",
        "/org/acme/BILLING;x",
    ] {
        assert_eq!(
            required(path),
            Some((billing, Some("acme".into()))),
            "{path}"
        );
    }
    let founder = Requirement::Role("founder");
    assert_eq!(required("/org/new"), Some((founder, None)));
}

#[test]
fn the_id_of_an_organization_keeps_its_case() {
    assert_eq!(required("/org/AcMe"), Some(member("AcMe")));
}

/// OR-01
#[test]
fn what_cannot_be_the_id_of_an_organization_names_none() {
    for path in [
        "/org/a%20b",
        "/org/a;b",
        "/org/%E2%80%AE",
        "/org/a.b",
        "/org/..%00",
    ] {
        assert_eq!(required(path), Some((Requirement::Member, None)), "{path}");
    }
}

/// LX-03, OR-01: a router may take another segment for the organization than the guard does.
#[test]
fn a_path_with_an_organization_that_can_be_read_in_two_ways_names_none() {
    for path in [
        "/org/a/../b",
        "/org/./b",
        "/x/../org/b",
        "/org/a%2f..%2fb",
        "/org/%2562",
        "/org\\b",
        "/org/a/..",
        "/org/a/../b/x",
        "/org/a/../b/billing",
    ] {
        let (_, organization) = required(path).unwrap();
        assert_eq!(organization, None, "{path}");
    }
    for (path, id) in [
        ("/org/%62", "b"),
        ("/org/a/b/../c", "a"),
        ("/org/a/x%2Fy", "a"),
    ] {
        assert_eq!(
            required(path),
            Some(member(id)),
            "{path}: where nothing hangs on it"
        );
    }
}

//! The table in English. Each group is a struct, and each text a field of it.

crate::text_table! {
    /// The texts of the components of `leptos-logto`, by group.
    Texts in leptos_logto::texts, filled by texts_from! with $

    /// Texts of several components.
    general: GeneralTexts {
        sign_in: "Sign in",
        try_again: "Try again",
        reload: "Reload the page",
        home_page: "Go to the home page",
        not_loaded: "Could not load.",
        loading: "Loading",
        label: "{name}: ",
    }
    /// Errors: one text for each kind of [`AuthError`](crate::AuthError).
    errors: ErrorTexts {
        signed_out: "You are signed out. Sign in to return to this page.",
        forbidden: "You do not have access to this.",
        not_found: "Not found.",
        not_granted: "This permission was not granted when you signed in.",
        invalid: "The request was not valid. Go back and try again.",
        another_person: "This form belongs to another account, so nothing changed. Open the page again to continue with yours.",
        another_person_here: "This form belongs to another account, so nothing changed. This page now shows your account.",
        upstream: "Logto is not responding. Try again in a moment.",
        store: "Sign-in status is unavailable. Your session is not lost. Reload the page in a moment.",
        transport: "The request failed. Check your connection and try again.",
    }
    /// Why a sign-in did not work.
    problem: ProblemTexts {
        cancelled: "Sign-in cancelled",
        cancelled_about: "You are not signed in. Nothing changed.",
        expired: "Sign-in expired",
        expired_about: "It took more than 10 minutes, was already completed, or was started in another browser. Start again.",
        invalid: "Sign-in could not be verified",
        invalid_about: "The response does not match the sign-in started in this browser. Start again.",
        unavailable: "Sign-in is unavailable right now",
        unavailable_about: "This app or Logto is not working correctly. Try again in a moment.",
        refused: "Sign-in refused",
        refused_about: "Logto rejected the request. If this continues, contact the administrator of this app.",
        repeated: "This browser does not stay signed in",
        repeated_about: "You signed in twice within a minute, and the session was lost each time or ended from another browser. If you did not end it, allow cookies for this site and check the date and time of this device. Then try again.",
        clock: "Clocks do not match",
        clock_about: "The clocks of this app and of Logto differ too much. Contact the administrator of this app, then try again.",
        too_large: "Sign-in response too large",
        too_large_about: "Logto returned more data about this account than this app accepts. Contact the administrator of this app; fewer organizations or roles in the account can help.",
        access_denied: "This account cannot sign in",
        access_denied_about: "This app does not allow this account to sign in. If you think it should, contact the administrator of this app.",
        detail: "For developers",
        setting: "Settings to check:",
        other: "Could not sign in",
        other_about: "You are not signed in. Start again.",
        signed_in: "You are still signed in. Nothing changed.",
    }
    /// The menu of the person who is signed in.
    account: AccountTexts {
        sign_out: "Sign out",
        sign_out_hint: "Ends this session in the app and at Logto: next time, Logto asks you to sign in again.",
        sign_out_everywhere: "Sign out everywhere",
        sign_out_everywhere_hint: "Ends all your sessions in this app, and the one at Logto in this browser: next time, Logto asks you to sign in again.",
        sign_out_application: "Sign out of this app only",
        sign_out_application_hint: "Ends this session in the app alone. You stay signed in at Logto, which may not ask you to sign in again.",
        signed_out: "You are signed out.",
        signed_out_everywhere: "You are signed out of this app on all your devices. A device that is still signed in to Logto can sign in again without a password.",
        signed_out_application: "You are signed out of this app. Your Logto session may still be active: signing in again may need no password.",
    }
    /// The notice that a session is about to end.
    session: SessionTexts {
        minutes: "Your session ends in {count} minutes.",
        one_minute: "Your session ends in 1 minute.",
        ending: "Your session ends in less than a minute.",
        ended: "Your session has ended.",
        stay: "Stay signed in",
        sign_in_again: "Sign in again",
    }
    /// Times. The parts of a time are `{year}`, `{month}`, `{day}`, `{hour}`, `{minute}`,
    /// `{second}` and `{zone}`, all but the zone in digits.
    time: TimeTexts {
        format: "{year}-{month}-{day} {hour}:{minute}:{second} {zone}",
        to_the_minute: "{year}-{month}-{day} {hour}:{minute} {zone}",
        short: "{year}-{month}-{day} {hour}:{minute}",
    }
    /// Pages and parts of pages that are not for everybody.
    guard: GuardTexts {
        signed_out: "Sign in to see this page",
        not_found: "Page not found",
        not_found_about: "The address may be mistyped, or the page may have moved.",
        signed_in_as: "You are signed in as {name}.",
        another_account: "Use another account",
        forbidden: "You do not have access to this page",
        unavailable: "This page cannot be shown right now",
        unavailable_about: "Your access could not be checked because Logto is not responding. Try again in a moment.",
        role: "Required role:",
        member: "For organization members. Required scope:",
        permission: "Required permission:",
        organization_role: "Required organization role:",
        organization_permission: "Required organization permission:",
        switched_off: "Off in Scopes. Turn it on to continue.",
        open_scopes: "Open Scopes",
        ask_application: "Ask the administrator of this app for it, then reload the page.",
        ask_organization: "Ask an organization administrator for it, then reload the page.",
        to_organization: "Go to the organization",
        part_unavailable: "Your access to this section could not be checked. Try again in a moment.",
    }
    /// The switcher between organizations.
    switcher: SwitcherTexts {
        label: "Organization",
        choose: "Choose an organization",
        find: "Find an organization",
        list: "Your organizations",
        no_match: "No matching organizations.",
        all: "All organizations",
    }
    /// Organizations.
    organizations: OrganizationTexts {
        names_unavailable: "Logto is not responding. Showing IDs and roles from the ID token.",
        scope_missing: "Organizations were not requested at sign-in.",
        memberships_off: "Organization memberships are off, so your organizations are not shown.",
        empty: "You are not a member of any organization. After an administrator adds you, reload this page to see it here.",
        your_roles: "Your roles",
        no_roles: "No roles",
        last: "Last used",
        search: "Search",
        found: "{count} of {all} organizations",
        show_all: "Show all",
    }
}

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
        not_loaded: "Not loaded.",
        none: "none",
        loading: "Loading",
        label: "{name}: ",
    }
    /// Errors: one text for each kind of [`AuthError`](crate::AuthError).
    errors: ErrorTexts {
        signed_out: "You are not signed in. Sign in, and you return to this page.",
        forbidden: "You do not have access to this.",
        not_found: "There is nothing here.",
        not_granted: "This was not granted at the sign-in.",
        invalid: "What was sent cannot be used. Go back and try again.",
        another_person: "This form was of another account, so nothing was done. Open the page again to go on with yours.",
        another_person_here: "This form was of another account, so nothing was done. This page is yours now.",
        upstream: "The sign-in service is not answering. Try again in a moment.",
        store: "The server cannot tell whether you are signed in. Nothing is lost. Reload the page in a moment.",
        transport: "The request did not get through. Try again.",
    }
    /// Why a sign-in did not work.
    problem: ProblemTexts {
        cancelled: "Sign-in cancelled",
        cancelled_about: "You are not signed in, and nothing was changed.",
        expired: "This sign-in is no longer open",
        expired_about: "It took longer than ten minutes, was used already, or was started in another browser.",
        invalid: "This sign-in did not check out",
        invalid_about: "What came back does not belong to the sign-in that was started here, so it was refused. Start again from this page.",
        unavailable: "Sign-in is not available right now",
        unavailable_about: "This application or its sign-in service is not working as it should. Try again in a moment.",
        refused: "Sign-in was refused",
        refused_about: "The sign-in service refused the request. If it keeps happening, tell whoever runs this application.",
        repeated: "This browser does not stay signed in",
        repeated_about: "Signing in worked twice within a minute, and you were signed out again each time. Allow cookies for this site, check the date and time of this device, then try again.",
        clock: "The clocks do not agree",
        clock_about: "The clocks of this application and of the sign-in service differ too much. Tell whoever runs this application, then try again.",
        too_large: "The sign-in answer is too large",
        too_large_about: "The sign-in service sends more about this account than this application accepts. Tell whoever runs it; fewer organizations or roles in the account help.",
        access_denied: "You cannot sign in here",
        access_denied_about: "This application does not let this account in. If you think it should, tell whoever runs it.",
        detail: "For developers",
        setting: "Settings to check:",
        other: "Sign-in did not work",
        other_about: "You are not signed in. Start again from this page.",
        signed_in: "You are signed in, and nothing was changed.",
    }
    /// The menu of the person who is signed in.
    account: AccountTexts {
        sign_out: "Sign out",
        sign_out_hint: "this browser, and Logto",
        sign_out_everywhere: "Sign out everywhere",
        sign_out_everywhere_hint: "this app, on all your devices",
        sign_out_application: "Sign out of this app only",
        signed_out: "You are signed out.",
        signed_out_everywhere: "You are signed out of this app on all your devices. A device that is still signed in at Logto can sign in again without a password.",
        signed_out_application: "You are signed out of this app. Your session at Logto may still be active: signing in again may not ask for your password.",
    }
    /// The notice that a session is about to end.
    session: SessionTexts {
        minutes: "Your session ends in {count} minutes.",
        one_minute: "Your session ends in a minute.",
        ending: "Your session is ending.",
        ended: "Your session has ended.",
        stay: "Stay signed in",
        sign_in_again: "Sign in again",
    }
    /// Times. The parts of a time are `{year}`, `{month}`, `{day}`, `{hour}`, `{minute}`,
    /// `{second}` and `{zone}`, all but the zone in digits.
    time: TimeTexts {
        format: "{year}-{month}-{day} {hour}:{minute}:{second} {zone}",
        to_the_minute: "{year}-{month}-{day} {hour}:{minute} {zone}",
    }
    /// Pages and parts of pages that are not for everybody.
    guard: GuardTexts {
        signed_out: "Sign in to see this page",
        not_found: "There is no page here",
        not_found_about: "The address may be mistyped, or the page may have moved.",
        signed_in_as: "You are signed in as {name}.",
        another_account: "Use another account",
        forbidden: "You do not have access to this page",
        unavailable: "This page cannot be shown right now",
        unavailable_about: "Whether you have access could not be found out, because the sign-in service is not answering. Nothing has changed. Try again in a moment.",
        role: "It is for people with this role:",
        member: "It is for members of an organization. This scope tells this application which ones you are in:",
        permission: "It needs this permission:",
        organization_role: "It is for people with this role in the organization:",
        organization_permission: "It needs this permission in the organization:",
        switched_off: "You have switched this off. Switch it on again in Scopes.",
        open_scopes: "Open Scopes",
        ask_application: "Whoever runs this application can give it to you. Then load the page again.",
        ask_organization: "Someone who manages the organization can give it to you. Then load the page again.",
        to_organization: "Go to the organization",
        part_unavailable: "Whether you may see this part could not be found out. Try again in a moment.",
    }
    /// The switcher between organizations.
    switcher: SwitcherTexts {
        label: "Organization",
        choose: "Choose an organization",
        change: "Switch",
        find: "Find an organization",
        list: "Your organizations",
        no_match: "No organization has this in its name or id.",
        all: "All organizations",
    }
    /// Organizations.
    organizations: OrganizationTexts {
        names_unavailable: "The sign-in service is not answering, so only ids and roles are shown. They come from the ID token.",
        scope_missing: "Organizations were not asked for at the sign-in.",
        memberships_off: "Memberships is switched off, so your organizations are not shown.",
        empty: "You are in no organization. Someone who manages one can invite you; sign in again after that, and it is listed here.",
        your_roles: "Your roles",
        no_roles: "no role",
        id: "Id",
        last: "last used",
        search: "Search",
        found: "{count} of {all} organizations",
        show_all: "Show all",
    }
}

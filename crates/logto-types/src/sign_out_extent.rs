/// What a sign-out ends: the field [`FIELD`](Self::FIELD) of its form.
///
/// | | this session | the person's other sessions at this application | Logto's session of this browser |
/// |---|---|---|---|
/// | [`ThisDevice`](Self::ThisDevice) | ends | go on | ends |
/// | [`Everywhere`](Self::Everywhere) | ends | end | ends |
/// | [`ThisApplication`](Self::ThisApplication) | ends | go on | goes on |
///
/// Where Logto's session of this browser ends, Logto tells the other applications that were signed
/// in to with it and have registered a *Backchannel logout URI* (OpenID Connect Back-Channel Logout
/// 1.0, section 2.5). Logto's sessions of other browsers, and the sessions of other applications
/// there, go on in each case: an application cannot end them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SignOutExtent {
    /// "Sign out": this application and Logto, in this browser. The next sign-in asks who it is.
    #[default]
    ThisDevice,
    /// "Sign out everywhere": this application on all devices, and Logto in this browser.
    Everywhere,
    /// "Sign out of this application only": in this browser. Logto's session goes on, and with it
    /// those of other applications; the next sign-in here may not ask anything.
    ThisApplication,
}

impl SignOutExtent {
    /// The name of the field of a sign-out form.
    pub const FIELD: &'static str = "extent";

    /// The value of the field: `device`, `everywhere` or `application`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ThisDevice => "device",
            Self::Everywhere => "everywhere",
            Self::ThisApplication => "application",
        }
    }

    /// Reads the value of the field. `None` for any other value.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = [Self::ThisDevice, Self::Everywhere, Self::ThisApplication].into_iter();
        all.find(|extent| extent.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extent_is_read_as_it_is_written() {
        for extent in [
            SignOutExtent::ThisDevice,
            SignOutExtent::Everywhere,
            SignOutExtent::ThisApplication,
        ] {
            assert_eq!(SignOutExtent::from_name(extent.as_str()), Some(extent));
        }
        assert_eq!(SignOutExtent::from_name("Everywhere"), None);
    }
}

//! The device that a session began on, in words.

use std::net::IpAddr;

use axum::http::HeaderValue;
use logto_types::DeviceKind;
use serde::{Deserialize, Serialize};
use woothee::parser::{Parser, WootheeResult};

/// The longest `User-Agent` that is read, in bytes. Those of browsers have about 150.
const LONGEST: usize = 1024;

/// The device that a session began on, as the browser described itself at the sign-in. Names come
/// from fixed lists and the address is shortened, so that it holds nothing that somebody wrote into
/// a header. A browser may describe itself as another one: it helps people to recognise their
/// sessions, and proves nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SessionDevice {
    /// The browser, without its version: `Firefox`. `None`: unknown.
    pub browser: Option<String>,
    /// The operating system, without its version: `Windows`. Browsers send an old version for all
    /// newer ones. `None`: unknown.
    pub system: Option<String>,
    /// The kind of device. Safari on an iPad describes itself as one on a Mac.
    pub kind: DeviceKind,
    /// The network of the client's address: the first 24 bits of IPv4 (`203.0.113.…`), the first 48
    /// of IPv6 (`2001:db8:1:…`). `None`: unknown, or not kept
    /// ([`AuthOptions::keep_address`](crate::AuthOptions::keep_address)).
    pub address: Option<String>,
}

impl SessionDevice {
    /// Describes the device of a request by its `User-Agent` and the client's address.
    pub(crate) fn describe(user_agent: Option<&HeaderValue>, address: Option<IpAddr>) -> Self {
        Self {
            address: address.map(shorten),
            ..user_agent.and_then(Self::read).unwrap_or_default()
        }
    }

    fn read(user_agent: &HeaderValue) -> Option<Self> {
        let text = user_agent.to_str().ok()?;
        let text = Some(text).filter(|text| text.len() <= LONGEST)?;
        let parsed = Parser::new().parse(text)?;
        // Not a crawler, nor a library.
        (parsed.browser_type == "browser").then(|| Self {
            browser: browser(&parsed),
            system: system(&parsed).map(str::to_owned),
            kind: kind(&parsed, text),
            address: None,
        })
    }
}

/// The name of the browser, from the list of the parser.
fn browser(parsed: &WootheeResult<'_>) -> Option<String> {
    let name = match parsed.name {
        "UNKNOWN" | "Webview" => return None,
        "SamsungBrowser" => "Samsung Internet",
        name => name,
    };
    Some(name.to_owned())
}

fn system(parsed: &WootheeResult<'_>) -> Option<&'static str> {
    match parsed.os {
        "Windows Phone OS" => Some("Windows Phone"),
        // That of Windows 11 is Windows 10.
        name if name.starts_with("Windows") => Some("Windows"),
        "Mac OSX" => Some("macOS"),
        "iPhone" | "iPod" | "iOS" => Some("iOS"),
        "iPad" => Some("iPadOS"),
        "Android" => Some("Android"),
        "ChromeOS" => Some("ChromeOS"),
        "Linux" => Some("Linux"),
        "BSD" => Some("BSD"),
        _ => None,
    }
}

fn kind(parsed: &WootheeResult<'_>, text: &str) -> DeviceKind {
    match (parsed.category, parsed.os) {
        ("pc", _) => DeviceKind::Computer,
        (_, "iPad") => DeviceKind::Tablet,
        // Browsers of phones say so.
        (_, "Android") if !text.contains("Mobile") => DeviceKind::Tablet,
        ("smartphone" | "mobilephone", _) => DeviceKind::Phone,
        _ => DeviceKind::Unknown,
    }
}

/// The network of an address, as people may read it.
fn shorten(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.…")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:…")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(user_agent: &[u8]) -> SessionDevice {
        let user_agent = HeaderValue::from_bytes(user_agent).ok();
        SessionDevice::describe(user_agent.as_ref(), None)
    }

    #[test]
    fn browsers_of_today_are_described_in_words() {
        use DeviceKind::{Computer, Phone, Tablet};
        const WEBKIT: &str = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
        const BLINK: &str = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0";
        let windows =
            |rest: &str| format!("(Windows NT 10.0; Win64; x64) {BLINK} Safari/537.36{rest}");
        let android = |rest: &str| format!("(Linux; Android 10; K) {BLINK} {rest}Safari/537.36");
        let iphone = |rest: &str| {
            format!(
                "(iPhone; CPU iPhone OS 18_6 like Mac OS X) {WEBKIT} {rest} Mobile/15E148 Safari/604.1"
            )
        };
        for (user_agent, browser, system, kind) in [
            (windows(""), "Chrome", "Windows", Computer),
            (windows(" Edg/142.0.0.0"), "Edge", "Windows", Computer),
            (windows(" OPR/124.0.0.0"), "Opera", "Windows", Computer),
            (windows(" Vivaldi/7.6"), "Vivaldi", "Windows", Computer),
            (
                format!(
                    "(Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/26.0 Safari/605.1.15"
                ),
                "Safari",
                "macOS",
                Computer,
            ),
            (
                "(X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".to_owned(),
                "Firefox",
                "Linux",
                Computer,
            ),
            (
                format!("(X11; CrOS x86_64 14541.0.0) {BLINK} Safari/537.36"),
                "Chrome",
                "ChromeOS",
                Computer,
            ),
            (android("Mobile "), "Chrome", "Android", Phone),
            (android(""), "Chrome", "Android", Tablet),
            (
                android("Mobile SamsungBrowser/28.0 "),
                "Samsung Internet",
                "Android",
                Phone,
            ),
            (
                "(Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0".to_owned(),
                "Firefox",
                "Android",
                Phone,
            ),
            (iphone("Version/26.0"), "Safari", "iOS", Phone),
            (iphone("CriOS/142.0.0.0"), "Chrome", "iOS", Phone),
            (iphone("FxiOS/145.0"), "Firefox", "iOS", Phone),
            (
                format!(
                    "(iPad; CPU OS 18_6 like Mac OS X) {WEBKIT} Version/18.6 Mobile/15E148 Safari/604.1"
                ),
                "Safari",
                "iPadOS",
                Tablet,
            ),
        ] {
            let device = described(format!("Mozilla/5.0 {user_agent}").as_bytes());
            let words = (device.browser.as_deref(), device.system.as_deref());
            assert_eq!(
                (words, device.kind),
                ((Some(browser), Some(system)), kind),
                "{user_agent}"
            );
        }
    }

    /// SE-20
    #[test]
    fn what_is_no_browser_is_unknown() {
        let long = format!(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) {} Chrome/142.0.0.0",
            "x".repeat(10_000)
        );
        for user_agent in [
            "",
            "-",
            "x",
            "curl/8.9.1",
            "reqwest/0.13",
            "Mozilla/5.0 <script>alert(1)</script>",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Chrome/1\u{202e}\u{e9}",
            &long,
        ] {
            assert_eq!(
                described(user_agent.as_bytes()),
                SessionDevice::default(),
                "{user_agent}"
            );
        }
        assert_eq!(
            described(b"Mozilla/5.0 Chrome/\xff"),
            SessionDevice::default()
        );
        assert_eq!(
            SessionDevice::describe(None, None),
            SessionDevice::default()
        );
    }

    /// SE-20: a name is one of the parser's list, whatever else is in the header.
    #[test]
    fn no_text_of_the_header_is_kept() {
        for user_agent in [
            "Opera/9.80 (Windows NT 6.1; <b>alice</b>) Presto/2.12 Version/alice",
            "DoCoMo/2.0 alice(c100;TB;W24H12)",
            "KDDI-alice UP.Browser/6.2",
            "Mozilla/5.0 (Windows alice; U) Firefox/alice",
            "SoftBank/1.0/alice/NJ001",
            "BlackBerry9000/alice Profile/MIDP-2.0",
            "Mozilla/4.0 (jig browser alice; alice)",
            "Mozilla/5.0 (Windows alice) Chrome/1 alice",
        ] {
            let kept = serde_json::to_string(&described(user_agent.as_bytes())).unwrap();
            assert!(!kept.contains("alice"), "{kept}");
        }
    }

    #[test]
    fn an_address_is_shortened_to_its_network() {
        for (address, network) in [
            ("203.0.113.77", "203.0.113.…"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:…"),
            ("::1", "0:0:0:…"),
        ] {
            let device = SessionDevice::describe(None, address.parse().ok());
            assert_eq!(device.address.as_deref(), Some(network));
        }
    }
}

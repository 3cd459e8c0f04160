//! `X-Forwarded-For` and `Forwarded` (RFC 7239), read from the right: each proxy appends what it saw, so that only the
//! beginning is text of the client.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whether a request says that it was forwarded.
pub(super) fn is_there(headers: &HeaderMap) -> bool {
    headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(header::FORWARDED)
}

/// The hops of `X-Forwarded-For`, the last one first. `None` is one that cannot be read.
pub(super) fn x_forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    lines
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
        .map(|hop| node(str::from_utf8(hop).ok()?.trim()))
}

/// The hops of `Forwarded`, the last one first. `None` is one without an address that can be read.
pub(super) fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let lines = headers.get_all(header::FORWARDED).iter().rev();
    lines
        .flat_map(|line| split_from_right(line.as_bytes(), b','))
        .map(|element| {
            let pairs = split_from_right(element, b';');
            let mut pairs = pairs.filter_map(|pair| str::from_utf8(pair).ok()?.split_once('='));
            let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
            node(value.trim().trim_matches('"'))
        })
}

/// An address as both headers have it: with a port or without, IPv6 in brackets or bare.
fn node(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse().ok();
    let address = address.or_else(|| text.parse().ok().map(|node: SocketAddr| node.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// The parts between separators that are outside of quotes, the last one first. A quote that the client left open cannot
/// swallow what a proxy wrote behind it, since that has been read by then.
fn split_from_right(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut quoted = false;
        for (at, byte) in text.iter().enumerate().rev() {
            if *byte == b'"' {
                let before = text[..at].iter().rev();
                let escapes = before.take_while(|byte| **byte == b'\\').count();
                quoted ^= !quoted || escapes % 2 == 0;
            } else if *byte == separator && !quoted {
                rest = Some(&text[..at]);
                return Some(&text[at + 1..]);
            }
        }
        rest = None;
        Some(text)
    })
}

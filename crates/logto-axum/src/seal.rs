//! Sealing: values in the store are encrypted and bound to their row.
//!
//! XChaCha20-Poly1305 with a random 192-bit nonce. The associated data binds a sealed value to what
//! it is and to the row it belongs to, so that swapping two rows or flipping a bit opens nothing.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::{Zeroize, Zeroizing};

use crate::hash::Hash;

/// The format of a sealed value. A value of another format is left alone and not misread (SE-19).
const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;
/// Keys are made when a program starts, which cannot go on without them.
const AT_START: &str = "the operating system gives random bytes";

/// The keys sessions are sealed with: the first seals, all of them open.
///
/// # Changing keys
///
/// Nobody is signed out when every process can open what any other process seals:
///
/// 1. Append the new key (`old,new`) and restart every process. All of them can open it now, and
///    none seals with it yet.
/// 2. Move the new key to the front (`new,old`) and restart every process.
/// 3. Remove the old key when the longest session (`[session] lifetime`) has passed.
///
/// A single process can begin with step 2. A session whose key a process does not have is kept, row
/// and cookie: guarded pages answer 503 with `Retry-After` there, pages for everybody show nobody
/// signed in, and the log names the id of the missing key once. Whoever signs in again or signs out
/// gets out of that state.
///
/// # Rolling back
///
/// The same holds for a session whose content has a format or shape that this version of the
/// program does not know. A rollback keeps every session that the older version can read, and the
/// others wait, until they end, for the newer version to come back.
#[derive(Clone)]
pub struct SessionKeys(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: [u8; KEY_ID],
    cipher: XChaCha20Poly1305,
    /// For the tags of session ids.
    for_tags: Zeroizing<Hash>,
    for_pseudonyms: Zeroizing<Hash>,
}

/// Why a list of session keys is not usable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no key in the list.
    #[error("there is no key in it")]
    Empty,
    /// One entry is not 32 bytes of Base64; the position counts from 1.
    #[error("key {0} is not 32 random bytes in Base64")]
    Malformed(usize),
    /// One entry is 32 bytes that no random generator gave; the position counts from 1.
    #[error("key {0} is not random: it can be guessed")]
    Weak(usize),
}

impl SessionKeys {
    /// Reads keys separated by commas, each 32 bytes in Base64 (`openssl rand -base64 32`).
    ///
    /// A key is refused as not random when it has fewer than 16 different bytes, repeats itself
    /// after 16 bytes or fewer, counts in equal steps, or is printable ASCII text throughout. Of
    /// random keys, one in 10^13 is refused.
    ///
    /// # Errors
    /// When the list is empty, or an entry is not 32 bytes of Base64 or not random.
    pub fn parse(list: &str) -> Result<Self, KeyError> {
        let mut keys = Vec::new();
        for (index, text) in list.split(',').map(str::trim).enumerate() {
            if text.is_empty() {
                continue;
            }
            let bytes = Zeroizing::new(STANDARD.decode(text).unwrap_or_default());
            let bytes: &[u8; 32] = bytes
                .as_slice()
                .try_into()
                .map_err(|_| KeyError::Malformed(index + 1))?;
            if is_weak(bytes) {
                return Err(KeyError::Weak(index + 1));
            }
            keys.push(Key::new(bytes));
        }
        if keys.is_empty() {
            return Err(KeyError::Empty);
        }
        Ok(Self(keys))
    }

    /// One fresh key that lives as long as this value: every session sealed with it ends with the
    /// process.
    ///
    /// # Panics
    /// When the operating system gives no random bytes.
    #[must_use]
    #[allow(clippy::expect_used, reason = "where a program starts")]
    pub fn ephemeral() -> Self {
        let mut bytes: [u8; 32] = crate::random::bytes().expect(AT_START);
        let key = Key::new(&bytes);
        bytes.zeroize();
        Self(vec![key])
    }

    /// A new key in the form [`SessionKeys::parse`] reads.
    ///
    /// # Panics
    /// When the operating system gives no random bytes.
    #[must_use]
    #[allow(clippy::expect_used, reason = "where a program starts")]
    pub fn generate() -> String {
        STANDARD.encode(Zeroizing::new(
            crate::random::bytes::<32>().expect(AT_START),
        ))
    }

    /// Seals `value` for the one place that `place` names.
    pub(crate) fn seal<T: Serialize>(
        &self,
        place: &Place<'_>,
        value: &T,
    ) -> Result<Vec<u8>, SealError> {
        let plain = Zeroizing::new(serde_json::to_vec(value).map_err(|_| SealError::Unsealable)?);
        let key = self.0.first().ok_or(SealError::Unsealable)?;
        let nonce: [u8; NONCE] = crate::random::bytes().map_err(|_| SealError::Unsealable)?;
        let payload = Payload {
            msg: &plain,
            aad: &place.bytes(),
        };
        let sealed = key
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::Unsealable)?;
        let mut out = Vec::with_capacity(1 + KEY_ID + NONCE + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&key.id);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`seal`](Self::seal) made for the same place. Anything else is an error, never a
    /// wrong value.
    pub(crate) fn open<T: DeserializeOwned>(
        &self,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<T, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError::NotAuthentic)?;
        if *version != VERSION {
            return Err(SealError::UnknownFormat(*version));
        }
        let (id, rest) = rest
            .split_first_chunk::<KEY_ID>()
            .ok_or(SealError::NotAuthentic)?;
        let (nonce, body) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(SealError::NotAuthentic)?;
        let key = self.0.iter().find(|key| key.id == *id);
        let key = key.ok_or(SealError::UnknownKey(KeyId(*id)))?;
        let payload = Payload {
            msg: body,
            aad: &place.bytes(),
        };
        let plain = key
            .cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Opened)
            .map_err(|_| SealError::NotAuthentic)?;
        serde_json::from_slice(&plain.0).map_err(|_| SealError::UnknownShape)
    }
}

impl SessionKeys {
    /// A name in the place of a text, for example of a subject in a log: 32 hexadecimal digits of a
    /// hash with the first key. Without that key nobody can compute it, not even for a text they
    /// know. With another first key it is another one.
    #[must_use]
    pub fn pseudonym(&self, text: &str) -> String {
        let key = self.0.first().map(|key| &key.for_pseudonyms[..]);
        let parts = [b"pseudonym", key.unwrap_or_default(), text.as_bytes()];
        crate::hash::hex(&crate::hash::digest(&parts), 16)
    }

    /// The tag that each key gives to the random bytes of a session id, that of the first key
    /// first: SHA-256 with the key as a prefix, of which four bytes are used. (Nothing can be
    /// appended to an input whose parts have their lengths before them.)
    pub(crate) fn session_id_tags(&self, random: &[u8]) -> impl Iterator<Item = [u8; 4]> {
        self.0.iter().map(move |key| {
            let [a, b, c, d, ..] =
                crate::hash::digest(&[b"session id tag", &*key.for_tags, random]);
            [a, b, c, d]
        })
    }

    /// The tag by which the session `here` names another one, with each key, that of the first key
    /// first. Made as those of session ids.
    pub(crate) fn session_handle_tags(
        &self,
        here: &Hash,
        other: &Hash,
    ) -> impl Iterator<Item = [u8; 16]> {
        self.0.iter().map(move |key| {
            let parts: [&[u8]; 4] = [b"session handle", &*key.for_tags, here, other];
            let mut tag = [0; 16];
            tag.copy_from_slice(&crate::hash::digest(&parts)[..16]);
            tag
        })
    }
}

/// Whether a key was made by hand. Each rule holds for a random key with a probability below 2^-43.
fn is_weak(key: &[u8; 32]) -> bool {
    let mut sorted = *key;
    sorted.sort_unstable();
    let distinct = sorted.chunk_by(|one, other| one == other).count();
    sorted.zeroize();
    let repeats = (1..=16).any(|period| key[period..] == key[..32 - period]);
    let step = key[1].wrapping_sub(key[0]);
    let counts = key
        .windows(2)
        .all(|pair| pair[1].wrapping_sub(pair[0]) == step);
    let is_text = key.iter().all(|byte| matches!(byte, b' '..=b'~'));
    distinct < 16 || repeats || counts || is_text
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKeys({} key(s), [redacted])", self.0.len())
    }
}

impl Key {
    fn new(bytes: &[u8; 32]) -> Self {
        let digest = crate::hash::digest(&[b"session key id", bytes]);
        let mut id = [0; KEY_ID];
        id.copy_from_slice(&digest[..KEY_ID]);
        Self {
            id,
            cipher: XChaCha20Poly1305::new(bytes.into()),
            for_tags: Zeroizing::new(crate::hash::digest(&[b"session id tag key", bytes])),
            for_pseudonyms: Zeroizing::new(crate::hash::digest(&[b"pseudonym key", bytes])),
        }
    }
}

/// Content that was opened. It is overwritten when dropped.
struct Opened(Vec<u8>);

impl Drop for Opened {
    fn drop(&mut self) {
        // Cleared first, because spare capacity is overwritten at once, and bytes in use one by one:
        // every request opens some kilobytes.
        self.0.clear();
        self.0.zeroize();
    }
}

/// What a sealed value is, and which row it belongs to.
pub(crate) struct Place<'a> {
    pub kind: &'static str,
    pub row: &'a [u8],
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        [&[VERSION], self.kind.as_bytes(), b"\0", self.row].concat()
    }
}

/// Names a key without telling anything about it: four bytes of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KeyId([u8; KEY_ID]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Why a value could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub(crate) enum SealError {
    /// It is no JSON, or the cipher refuses it.
    #[error("the value cannot be sealed")]
    Unsealable,
    /// Whoever has the key can open it.
    #[error("it is sealed with the key {0}, which is not in SESSION_KEYS")]
    UnknownKey(KeyId),
    /// Another version of this program can open it.
    #[error("it is sealed in format {0}, which this version does not know")]
    UnknownFormat(u8),
    /// Nobody can open it: it was changed, cut short, or moved from another row.
    #[error("it is not authentic: changed, cut short, or moved from another row")]
    NotAuthentic,
    /// It was opened, and another version of this program can read it.
    #[error("its content has a shape that this version does not know")]
    UnknownShape,
}

impl SealError {
    /// Whether another process, with other keys or of another version, can open it.
    pub(crate) fn may_be_opened_elsewhere(self) -> bool {
        matches!(
            self,
            Self::UnknownKey(_) | Self::UnknownFormat(_) | Self::UnknownShape
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place {
        kind: "session",
        row: b"row",
    };

    #[test]
    fn a_sealed_value_opens_in_its_place() {
        let keys = SessionKeys::ephemeral();
        let sealed = keys.seal(&PLACE, &"hello").unwrap();
        assert_eq!(keys.open::<String>(&PLACE, &sealed).unwrap(), "hello");
        assert!(!sealed.windows(5).any(|part| part == b"hello"));
    }

    /// SE-16
    #[test]
    fn a_sealed_value_does_not_open_in_another_row_or_as_another_kind() {
        let keys = SessionKeys::ephemeral();
        let sealed = keys.seal(&PLACE, &"hello").unwrap();
        let row = Place {
            row: b"other",
            ..PLACE
        };
        let kind = Place {
            kind: "tokens",
            ..PLACE
        };
        for place in [row, kind] {
            let opened = keys.open::<String>(&place, &sealed);
            assert_eq!(opened, Err(SealError::NotAuthentic));
        }
    }

    /// SE-17, SE-19
    #[test]
    fn a_changed_or_truncated_value_does_not_open() {
        let keys = SessionKeys::ephemeral();
        let sealed = keys.seal(&PLACE, &"hello").unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            let error = keys.open::<String>(&PLACE, &changed).unwrap_err();
            let header = 1 + KEY_ID;
            assert_eq!(error.may_be_opened_elsewhere(), index < header, "{index}");
            let cut = keys.open::<String>(&PLACE, &sealed[..index]);
            assert_eq!(cut, Err(SealError::NotAuthentic), "{index}");
        }
    }

    /// SE-18
    #[test]
    fn a_new_key_in_front_still_opens_what_the_old_one_sealed() {
        let (old, new) = (SessionKeys::generate(), SessionKeys::generate());
        let sealed = SessionKeys::parse(&old)
            .unwrap()
            .seal(&PLACE, &"hello")
            .unwrap();
        let both = SessionKeys::parse(&format!("{new}, {old}")).unwrap();
        assert_eq!(both.open::<String>(&PLACE, &sealed).unwrap(), "hello");
        let only_new = SessionKeys::parse(&new).unwrap();
        let missing = both.0[1].id;
        assert_eq!(
            only_new.open::<String>(&PLACE, &sealed),
            Err(SealError::UnknownKey(KeyId(missing)))
        );
    }

    /// SE-19
    #[test]
    fn a_value_of_another_format_or_shape_is_distinguished_from_a_changed_one() {
        let keys = SessionKeys::ephemeral();
        let mut sealed = keys.seal(&PLACE, &"hello").unwrap();
        let shape = keys.open::<u64>(&PLACE, &sealed);
        assert_eq!(shape, Err(SealError::UnknownShape));
        sealed[0] = 2;
        let format = keys.open::<String>(&PLACE, &sealed);
        assert_eq!(format, Err(SealError::UnknownFormat(2)));
    }

    #[test]
    fn a_key_id_is_written_in_hexadecimal() {
        assert_eq!(KeyId([0, 10, 0xbc, 255]).to_string(), "000abcff");
    }

    /// SL-09
    #[test]
    fn keys_that_are_missing_short_or_not_base64_are_refused_by_position() {
        let good = SessionKeys::generate();
        assert_eq!(SessionKeys::parse(" , ").unwrap_err(), KeyError::Empty);
        for bad in ["secret", "c2hvcnQ=", "***"] {
            let list = format!("{good},{bad}");
            assert_eq!(
                SessionKeys::parse(&list).unwrap_err(),
                KeyError::Malformed(2)
            );
        }
    }

    /// SL-09
    #[test]
    fn keys_that_can_be_guessed_are_refused_by_position() {
        let good = SessionKeys::generate();
        let counting: [u8; 32] = std::array::from_fn(|index| 7 * u8::try_from(index).unwrap());
        let half: [u8; 16] = crate::random::bytes().unwrap();
        let few: [u8; 32] = std::array::from_fn(|index| half[index * 7 % 15]);
        for weak in [
            [0; 32],
            [b'p'; 32],
            [0xff; 32],
            *b"0123456789abcdef0123456789abcdef",
            *b"a long passphrase, typed by hand",
            *b"c0ffee00d15ea5edf00dbabe8badf00d",
            counting,
            [half, half].concat().try_into().unwrap(),
            few,
        ] {
            let list = format!("{good},{}", STANDARD.encode(weak));
            let found = SessionKeys::parse(&list).unwrap_err();
            assert_eq!(found, KeyError::Weak(2), "{weak:?}");
        }
    }

    #[test]
    fn random_keys_are_not_refused() {
        for _ in 0..10_000 {
            SessionKeys::parse(&SessionKeys::generate()).unwrap();
        }
    }

    /// SL-05
    #[test]
    fn debug_output_shows_no_key() {
        assert_eq!(
            format!("{:?}", SessionKeys::ephemeral()),
            "SessionKeys(1 key(s), [redacted])"
        );
    }
}

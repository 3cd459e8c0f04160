/// The kind of device that a session began on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
#[non_exhaustive]
pub enum DeviceKind {
    /// A desktop or laptop computer.
    Computer,
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// Not known.
    #[default]
    #[cfg_attr(feature = "serde", serde(other))]
    Unknown,
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    /// A session that a later version wrote can be read.
    #[test]
    fn a_kind_of_device_that_is_not_known_is_read_as_unknown() {
        let read = |text: &str| serde_json::from_str::<DeviceKind>(text).unwrap();
        assert_eq!(read("\"phone\""), DeviceKind::Phone);
        assert_eq!(read("\"watch\""), DeviceKind::Unknown);
    }
}

//! Names of things: devices, ops (dots), records and worklists. Nothing here makes up randomness.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Number of a device, handed out by the server at enrolment, never used twice.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct DeviceNo(pub u32);

impl DeviceNo {
    /// The server itself: what the office writes and what is imported carries this number.
    pub const OFFICE: DeviceNo = DeviceNo(0);
}

/// Identity of one op: the device that made it and its contiguous sequence there, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dot {
    pub device: DeviceNo,
    pub seq: u64,
}

impl Dot {
    pub fn new(device: DeviceNo, seq: u64) -> Self {
        Dot { device, seq }
    }
}

impl fmt::Display for Dot {
    /// `device-sequence`, fixed width, so that text order is numeric order (keys of stored rows).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}-{:020}", self.device.0, self.seq)
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A UUID v7 from the caller's clock (ms since 1970, negative counts as 0) and ten
            /// random bytes.
            pub fn at(now_ms: i64, random: [u8; 10]) -> Self {
                let ms = u64::try_from(now_ms).unwrap_or(0);
                $name(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
            }

            /// A UUID v5 from natural parts, where two phones must arrive at the same id.
            pub fn from_parts(parent: Uuid, name: &str) -> Self {
                $name(Uuid::new_v5(&parent, name.as_bytes()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map($name)
            }
        }
    };
}

uuid_id!(
    /// Identity of a record: a door's attempt, a talk, a note.
    RecordId
);
uuid_id!(
    /// Identity of the list a record belongs to: a street part, a caseload, a desk.
    WorklistId
);

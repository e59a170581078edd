//! Reading a list from outside no further than its most. A zero byte can stand for a whole element, so
//! a small message could fill the memory before anybody counts what came out.

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Room that is made before anything was read.
const AT_ONCE: usize = 16;

/// For `#[serde(deserialize_with = "at_most::<MOST, _, _>")]`.
///
/// # Errors
/// When there are more elements than `MOST`, or one of them is not right.
pub fn at_most<'de, const MOST: usize, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_seq(List::<MOST, T>(PhantomData))
}

struct List<const MOST: usize, T>(PhantomData<T>);

impl<'de, const MOST: usize, T: Deserialize<'de>> Visitor<'de> for List<MOST, T> {
    type Value = Vec<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "at most {MOST} elements")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<T>, A::Error> {
        // Compact bytes tell how many there are; no need to read them then.
        let told = elements.size_hint().unwrap_or(0);
        let mut list = Vec::with_capacity(told.min(AT_ONCE));
        if told <= MOST {
            while let Some(element) = elements.next_element()? {
                if list.len() == MOST {
                    return Err(A::Error::invalid_length(MOST + 1, &self));
                }
                list.push(element);
            }
            return Ok(list);
        }
        Err(A::Error::invalid_length(told, &self))
    }
}

//! What an entry of the log says, packed and sealed before its turn: nothing of it depends on the entries
//! before it. Its place and its link are for `super`.

use super::packed::pack;
use super::{Hash, Salt, sealed};
use aanbel_shared::record::Op;

/// Salts drawn at once.
const SALTS: usize = 32;

/// What goes into the columns `payload` and `salt`, and what binds them to the chain.
pub struct Draft {
    pub(super) payload: Vec<u8>,
    pub(super) salt: Salt,
    pub(super) hash: Hash,
}

impl Draft {
    /// Of an op that is received at that moment (ms).
    ///
    /// # Errors
    /// Those of `number`, which gives the number of a word.
    pub fn of<E>(
        op: &Op,
        received_ms: i64,
        salts: &mut Salts,
        number: impl Fn(&str) -> Result<u32, E>,
    ) -> Result<Draft, E> {
        let payload = pack(op, received_ms, number)?;
        let salt = salts.next();
        Ok(Draft { payload, salt, hash: sealed(&salt, op) })
    }
}

/// Random bytes; asking the system for each entry takes longer than hashing it.
#[derive(Default)]
pub struct Salts(Vec<Salt>);

impl Salts {
    fn next(&mut self) -> Salt {
        self.0.pop().unwrap_or_else(|| {
            let many = crate::access::random::<{ SALTS * size_of::<Salt>() }>();
            let (all, _) = many.as_chunks::<{ size_of::<Salt>() }>();
            self.0.extend(&all[1..]);
            all[0]
        })
    }
}

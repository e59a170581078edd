//! A store in memory, for tests alone: what it keeps is gone with the tab, so the app never uses it.

use super::{Loaded, Store, StoreError, read_rows, read_single};
use aanbel_shared::sync::{Write, encode_plain, encode_stored_op};
use std::cell::RefCell;
use std::collections::BTreeMap;

#[derive(Default)]
pub struct Memory {
    ops: RefCell<BTreeMap<String, Vec<u8>>>,
    side: RefCell<BTreeMap<String, Vec<u8>>>,
    full: RefCell<bool>,
}

impl Memory {
    /// From now on it says that it is full, or no longer.
    pub fn fill(&self, full: bool) {
        self.full.replace(full);
    }

    /// Puts these bytes where an op should be.
    pub fn damage(&self, key: &str, bytes: &[u8]) {
        self.ops.borrow_mut().insert(key.to_owned(), bytes.to_vec());
    }

    fn check(&self) -> Result<(), StoreError> {
        if *self.full.borrow() { Err(StoreError::Full) } else { Ok(()) }
    }
}

const META: &str = "meta";

impl Store for Memory {
    async fn load(&self) -> Result<Loaded, StoreError> {
        let side = self.side.borrow();
        let rows = self.ops.borrow().clone();
        read_rows(side.get(META).map(Vec::as_slice), rows.into_iter().map(read_single))
    }

    async fn keep(&self, writes: &[Write]) -> Result<(), StoreError> {
        self.check()?;
        for write in writes {
            match write {
                Write::Put(stored) => {
                    let key = stored.op.dot.to_string();
                    self.ops.borrow_mut().insert(key, encode_stored_op(stored));
                }
                Write::Delete(dot) => {
                    self.ops.borrow_mut().remove(&dot.to_string());
                }
                Write::Meta(meta) => {
                    self.side.borrow_mut().insert(META.to_owned(), encode_plain(meta));
                }
            }
        }
        Ok(())
    }

    async fn side(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.side.borrow().get(key).cloned())
    }

    async fn keep_side(&self, key: &str, bytes: Option<&[u8]>) -> Result<(), StoreError> {
        self.check()?;
        match bytes {
            Some(bytes) => self.side.borrow_mut().insert(key.to_owned(), bytes.to_vec()),
            None => self.side.borrow_mut().remove(key),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance::{self, Bench};
    use std::future::Future;
    use std::task::{Context, Poll, Waker};

    /// A memory store never waits, so its futures are ready at the first poll.
    fn at_once<T>(future: impl Future<Output = T>) -> T {
        match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => unreachable!("a memory store never waits"),
        }
    }

    #[derive(Default)]
    struct Fresh;

    impl Bench for Fresh {
        type Store = Memory;
        async fn fresh(&self) -> Memory {
            Memory::default()
        }
        async fn again(&self, store: Memory) -> Memory {
            store
        }
        async fn damage(&self, store: &Memory, key: &str, bytes: &[u8]) {
            store.damage(key, bytes);
        }
    }

    #[test]
    fn memory_store_passes_the_conformance_suite() {
        assert_eq!(at_once(conformance::run(&Fresh)), Vec::<String>::new());
    }

    #[test]
    fn a_full_store_keeps_nothing_and_says_so() {
        let store = Memory::default();
        store.fill(true);
        let writes = conformance::note_writes(1, "vol");
        assert_eq!(at_once(store.keep(&writes)), Err(StoreError::Full));
        assert_eq!(at_once(store.load()).expect("readable").ops, []);
    }
}

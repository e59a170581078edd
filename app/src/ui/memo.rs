//! A memo of which Leptos compiles one kind. Leptos's own brings all of its code once for each type of
//! value; here it counts, and what it counts the changes of lies beside it.

use leptos::prelude::{Get, GetUntracked, StoredValue, WithValue};
use std::any::Any;
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError, RwLock};

/// What was worked out last, and how it is worked out.
type Held = Arc<dyn Any + Send + Sync>;
/// Works it out anew; whether it is another value now.
type Step = Box<dyn Fn() -> bool + Send + Sync>;

/// A value that follows signals. Who reads it hears of it only when it became another one.
pub struct Memo<T> {
    held: StoredValue<Held>,
    changes: leptos::prelude::Memo<u32>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// `work` is given the value before, if there was one.
    pub fn new(work: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let held = Arc::new(RwLock::new(None::<T>));
        let kept = Arc::clone(&held);
        let step = move || {
            let before = kept.read().unwrap_or_else(PoisonError::into_inner);
            let now = Some(work(before.as_ref()));
            let is_other = *before != now;
            drop(before);
            if is_other {
                *kept.write().unwrap_or_else(PoisonError::into_inner) = now;
            }
            is_other
        };
        let changes = count(Box::new(step));
        Memo { held: StoredValue::new(held as Held), changes, kind: PhantomData }
    }
}

impl<T: 'static> Memo<T> {
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.changes.get();
        self.read(read)
    }

    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.changes.get_untracked();
        self.read(read)
    }

    fn read<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let held = self.held.with_value(Arc::clone);
        let held = held.downcast_ref::<RwLock<Option<T>>>();
        let held = held.map(|held| held.read().unwrap_or_else(PoisonError::into_inner));
        match held.as_deref() {
            Some(Some(value)) => read(value),
            _ => unreachable!("a memo that was asked for was worked out"),
        }
    }
}

impl<T: Clone + 'static> Memo<T> {
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

fn count(step: Step) -> leptos::prelude::Memo<u32> {
    leptos::prelude::Memo::new(move |before: Option<&u32>| {
        before.copied().unwrap_or_default().wrapping_add(u32::from(step()))
    })
}

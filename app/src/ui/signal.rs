//! Signals and memos of which Leptos compiles one kind. Its own bring all of their code once for each type
//! of value, and a phone has some fifty types; here values lie beside, and Leptos counts and tells.

use leptos::prelude::{
    Get, GetUntracked, GetValue, IsDisposed, Notify, SetValue, StoredValue, Track, Trigger,
};
use leptos::prelude::{UpdateValue, WithValue};
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

type Value = Arc<dyn Any + Send + Sync>;
/// Changes a value where it lies.
type Change<'c> = &'c mut dyn FnMut(&mut (dyn Any + Send + Sync));
/// What a memo is now, if that is another value than before.
type Step = Box<dyn Fn(&Value) -> Option<Value> + Send + Sync>;

fn of<T: 'static>(value: &Value) -> &T {
    match value.downcast_ref() {
        Some(value) => value,
        None => unreachable!("a signal holds the type it was made for"),
    }
}

/// A value that can be set, and whoever reads it hears of that. Lives as long as the screen that made it.
pub struct RwSignal<T> {
    value: StoredValue<Value>,
    changed: Trigger,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T: Send + Sync + 'static> RwSignal<T> {
    pub fn new(value: T) -> Self {
        let (value, changed) = laid(Arc::new(value));
        RwSignal { value, changed, kind: PhantomData }
    }

    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(of(&followed(self.value, self.changed)))
    }

    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(of(&held(self.value)))
    }

    pub fn set(self, value: T) {
        put(self.value, self.changed, Arc::new(value));
    }

    /// As `set`, also when the screen that made it may be left already.
    pub fn try_set(self, value: T) {
        if !self.value.is_disposed() {
            self.set(value);
        }
    }

    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut change = Some(change);
        altered(self.value, self.changed, &mut |value| {
            if let (Some(value), Some(change)) = (value.downcast_mut(), change.take()) {
                change(value);
            }
        });
    }
}

impl<T: Clone + Send + Sync + 'static> RwSignal<T> {
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// None when the screen that made it was left.
    pub fn try_get_untracked(self) -> Option<T> {
        (!self.value.is_disposed()).then(|| self.get_untracked())
    }
}

/// A value that follows signals. Who reads it hears of it only when it became another one.
pub struct Memo<T> {
    value: StoredValue<Value>,
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
        let (value, changes) = worked_out(Box::new(move |before| {
            let before = before.downcast_ref();
            let now = work(before);
            (before != Some(&now)).then(|| Arc::new(now) as Value)
        }));
        Memo { value, changes, kind: PhantomData }
    }

    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(of(&counted(self.value, self.changes)))
    }

    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.changes.get_untracked();
        read(of(&held(self.value)))
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Memo<T> {
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

// What follows is compiled once, and never into the places that call it.

#[inline(never)]
fn laid(value: Value) -> (StoredValue<Value>, Trigger) {
    (StoredValue::new(value), Trigger::new())
}

#[inline(never)]
fn held(value: StoredValue<Value>) -> Value {
    value.get_value()
}

#[inline(never)]
fn followed(value: StoredValue<Value>, changed: Trigger) -> Value {
    changed.track();
    held(value)
}

#[inline(never)]
fn counted(value: StoredValue<Value>, changes: leptos::prelude::Memo<u32>) -> Value {
    changes.get();
    held(value)
}

#[inline(never)]
fn put(value: StoredValue<Value>, changed: Trigger, now: Value) {
    value.set_value(now);
    changed.notify();
}

#[inline(never)]
fn altered(value: StoredValue<Value>, changed: Trigger, change: Change) {
    value.update_value(|value| match Arc::get_mut(value) {
        Some(value) => change(value),
        None => unreachable!("a signal is not changed while it is read"),
    });
    changed.notify();
}

#[inline(never)]
fn worked_out(step: Step) -> (StoredValue<Value>, leptos::prelude::Memo<u32>) {
    let value = StoredValue::new(Arc::new(()) as Value);
    let changes = leptos::prelude::Memo::new(move |before: Option<&u32>| {
        let before = before.copied().unwrap_or_default();
        match value.with_value(|value| step(value)) {
            Some(now) => {
                value.set_value(now);
                before.wrapping_add(1)
            }
            None => before,
        }
    });
    (value, changes)
}

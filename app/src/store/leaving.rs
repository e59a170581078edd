//! What a page that is left lets go of. A browser may keep such a page as it is, to be quick when
//! somebody goes back. WebKit keeps it even in the middle of a transaction: one that only reads then
//! stands in the way of what the next page writes, for as long as the old page is kept.

use super::StoreError;
use crate::browser::{js, reload, window};
use futures_util::future::{AbortHandle, abortable};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::Event;

/// Everything that is being read, until the page is left.
#[derive(Clone, Default)]
pub struct Reads {
    running: Rc<RefCell<Vec<(u32, AbortHandle)>>>,
    count: Rc<Cell<u32>>,
    is_left: Rc<Cell<bool>>,
}

impl Reads {
    /// Watches as long as the page is there.
    pub fn watched() -> Reads {
        let reads = Reads::default();
        let leaving = reads.clone();
        on("pagehide", move |event| {
            // The app says it too, when it locks itself; that page goes on until it is loaded anew.
            if event.is_trusted() {
                leaving.is_left.set(true);
                leaving.running.borrow().iter().for_each(|(_, read)| read.abort());
            }
        });
        on("pageshow", |event| {
            if js::get(&event, "persisted").is_some_and(|kept| kept.is_truthy()) {
                reload();
            }
        });
        reads
    }

    /// Whether the page is left: nothing is read any more.
    pub fn is_left(&self) -> bool {
        self.is_left.get()
    }

    /// Does `read`, unless the page is left first.
    ///
    /// # Errors
    /// Its own, and `Closed` when the page was left.
    pub async fn run<T>(
        &self,
        read: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        if self.is_left() {
            return Err(StoreError::Closed);
        }
        let (read, handle) = abortable(read);
        let number = self.count.get();
        self.count.set(number.wrapping_add(1));
        self.running.borrow_mut().push((number, handle));
        let done = read.await;
        self.running.borrow_mut().retain(|(other, _)| *other != number);
        done.unwrap_or(Err(StoreError::Closed))
    }
}

fn on(name: &str, act: impl Fn(Event) + 'static) {
    let act = Closure::<dyn Fn(Event)>::new(act).into_js_value();
    // Adding a listener fails for no window.
    let _ = window().add_event_listener_with_callback(name, act.unchecked_ref());
}

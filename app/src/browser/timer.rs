//! Waiting, and doing something later.

use super::window;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// Waits so many milliseconds.
pub async fn wait_ms(ms: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // Refused only for a callback that is no function.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _ = JsFuture::from(promise).await;
}

/// Waits until the browser is about to draw.
pub async fn next_frame() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // As above.
        let _ = window().request_animation_frame(&resolve);
    });
    let _ = JsFuture::from(promise).await;
}

/// Runs something once, after the last of several calls within a short while.
#[derive(Clone, Default)]
pub struct Debounce {
    pending: Rc<RefCell<Option<leptos::prelude::TimeoutHandle>>>,
}

impl Debounce {
    /// Forgets what was planned and plans this.
    pub fn plan(&self, after_ms: u32, run: impl FnOnce() + 'static) {
        self.cancel();
        let pending = self.pending.clone();
        let planned = leptos::prelude::set_timeout_with_handle(
            move || {
                pending.borrow_mut().take();
                run();
            },
            Duration::from_millis(u64::from(after_ms)),
        );
        *self.pending.borrow_mut() = planned.ok();
    }

    pub fn cancel(&self) {
        if let Some(handle) = self.pending.borrow_mut().take() {
            handle.clear();
        }
    }
}

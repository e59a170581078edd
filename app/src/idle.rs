//! When the app locks itself: after a while without a touch, on hiding when that was chosen, and by
//! button. Locking starts the page anew, so that nothing of what was open stays in memory; only what the
//! store still refuses is waited for, behind the same lock.

use crate::browser::{clock, is_visible, reload, timer};
use crate::route::{Router, Screen};
use crate::session::Session;
use crate::store::StoreError;
use crate::ui::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

const LOCK_AFTER_MS: i64 = 5 * 60_000;
/// A resident reads the card in peace; it shows nothing else, and has a lock of its own.
const CARD_LOCK_AFTER_MS: i64 = 15 * 60_000;
const LOOK_EVERY: Duration = Duration::from_secs(10);
const STILL_BUSY_MS: i32 = 1_000;
/// The row that says that hiding the app locks it.
const ROW: &str = "lock on hiding";

/// The attribute of the page by which `app.css` hides it.
const COVERED: &str = "data-covered";

/// Copied everywhere; one per running app.
#[derive(Clone, Copy)]
pub struct Idle {
    session: Session,
    router: Router,
    touched_ms: StoredValue<i64>,
    /// Also lock when the app is hidden.
    pub on_hiding: RwSignal<bool>,
    /// The lock is falling.
    leaving: StoredValue<bool>,
    /// The lock stands over the app, which still runs.
    pub over: RwSignal<bool>,
}

/// Shows nothing while the app is hidden: a system that takes its picture for the list of open apps after
/// the page heard of it, gets an empty one.
fn cover(hidden: bool) {
    let root = leptos::prelude::document().document_element();
    // What cannot be marked stays as it is.
    let _ = root.map(|root| root.toggle_attribute_with_force(COVERED, hidden));
}

impl Idle {
    /// Watches as long as the app runs.
    pub async fn start(session: Session, router: Router) -> Idle {
        let idle = Idle {
            session,
            router,
            touched_ms: StoredValue::new(clock::now_ms()),
            on_hiding: RwSignal::new(session.side(ROW).await.is_some()),
            leaving: StoredValue::new(false),
            over: RwSignal::new(false),
        };
        for event in ["pointerdown", "keydown", "scroll"] {
            let touch = move |_| idle.touched_ms.set_value(clock::now_ms());
            std::mem::forget(window_event_listener_untyped(event, touch));
        }
        for event in ["visibilitychange", "focus", "pageshow"] {
            std::mem::forget(window_event_listener_untyped(event, move |_| idle.shown()));
        }
        std::mem::forget(set_interval_with_handle(move || idle.look(), LOOK_EVERY));
        idle
    }

    fn shown(self) {
        cover(!is_visible());
        if is_visible() {
            self.look();
        } else if self.on_hiding.get_untracked() {
            self.lock();
        }
    }

    fn look(self) {
        let is_card = matches!(self.router.screen.get_untracked(), Screen::Card(_));
        let longest_ms = if is_card { CARD_LOCK_AFTER_MS } else { LOCK_AFTER_MS };
        let rested_ms = clock::now_ms() - self.touched_ms.get_value();
        // A clock that was put back says nothing about how long it was.
        if !(0..longest_ms).contains(&rested_ms) {
            self.lock();
        }
    }

    /// Keeps the choice.
    ///
    /// # Errors
    /// When the store refuses; the choice is then as it was.
    pub async fn lock_on_hiding(self, wanted: bool) -> Result<(), StoreError> {
        self.session.keep_side(ROW, wanted.then_some(&[1][..])).await?;
        self.on_hiding.set(wanted);
        Ok(())
    }

    /// Keeps what was typed last, then locks.
    pub fn lock(self) {
        if self.leaving.get_value() {
            return;
        }
        self.leaving.set_value(true);
        spawn_local(async move {
            self.session.hand_over().await;
            self.stand_over().await;
        });
    }

    /// What the store still refuses is in this page and nowhere else, so that starts anew only when it was
    /// kept. Until then no screen is shown.
    async fn stand_over(self) {
        if self.session.holds_words() {
            self.over.set(true);
        }
        while self.session.holds_words() {
            timer::wait_ms(STILL_BUSY_MS).await;
            if !self.leaving.get_value() {
                return;
            }
        }
        reload();
    }

    /// The person opened the lock over the app.
    pub fn opened(self) {
        self.touched_ms.set_value(clock::now_ms());
        self.leaving.set_value(false);
        self.over.set(false);
    }
}

//! One tab writes. The others show what was kept and can take over; the browser's lock decides.

use crate::browser::{js, reload, storage, timer};
use crate::session::{RETRY_MS, Session};
use crate::store::vault::UNKEPT;
use crate::ui::prelude::*;
use futures_channel::oneshot;
use js_sys::{Array, Function, Promise};
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, BroadcastChannel, MessageEvent};

const LOCK: &str = "aanbel-writer";
const CHANNEL: &str = "aanbel";
/// The writer kept something: look again.
const CHANGED: &str = "changed";
/// How long to stand in line before asking again: so long may nobody be able to write.
const AGAIN_MS: i32 = 1_000;
/// The person goes on in another tab: let go of the lock.
const LET_GO: &str = "let go";
/// To the tab that asked for it: something is not kept yet, and in this tab alone.
const KEEPING: &str = "keeping";
/// The keys of this phone were destroyed: what a tab would still keep could never be opened.
const GONE: &str = "gone";

/// Tells all tabs, from a page that is none of them: a lock.
pub fn tell_gone() {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        // Fails only on a closed channel.
        let _ = channel.post_message(&JsValue::from_str(GONE));
    }
}

/// This tab's part. Copied everywhere; one per running app.
#[derive(Clone, Copy)]
pub struct Tab {
    session: Session,
    channel: StoredValue<Option<BroadcastChannel>, LocalStorage>,
    /// The person wants to go on here, and the other tab has not let go yet.
    pub asked: RwSignal<bool>,
    /// What the other tab cannot keep yet would go with it.
    pub is_keeping: RwSignal<bool>,
    /// Ends the lock when called.
    release: StoredValue<Rc<RefCell<Option<Function>>>, LocalStorage>,
    /// This tab stands in line for the lock.
    in_line: StoredValue<bool>,
    /// This tab was asked to let go, and has not done so yet.
    letting_go: StoredValue<bool>,
    /// The browser's note says that something is kept nowhere yet.
    unkept: RwSignal<bool>,
}

impl Tab {
    /// Tries to become the writer, and follows the other tabs. Resolves when it is known who writes.
    pub async fn join(session: Session) -> Tab {
        let tab = Tab {
            session,
            channel: StoredValue::new_local(BroadcastChannel::new(CHANNEL).ok()),
            asked: RwSignal::new(false),
            is_keeping: RwSignal::new(false),
            release: StoredValue::new_local(Rc::default()),
            in_line: StoredValue::new(false),
            letting_go: StoredValue::new(false),
            unkept: RwSignal::new(storage::note(UNKEPT).is_some()),
        };
        tab.listen();
        tab.ask(Asking::IfFree).await;
        if !session.writes.get_untracked() {
            spawn_local(tab.stand_in_line());
        }
        tab
    }

    /// Becomes the writer as soon as no other tab is: the browser frees the lock of one that closes.
    /// Chromium forgets those in line when the lock goes to a tab that is being loaded anew; then all
    /// would look for ever. So this looks now and then, and takes a lock that nobody holds.
    async fn stand_in_line(self) {
        if !self.in_line.get_value() {
            self.in_line.set_value(true);
            while !self.ask(Asking::InLine).await {
                // The other one may have let go between two of these, and got it back.
                if self.asked.get_untracked() {
                    self.say(LET_GO);
                }
                if is_held_by_nobody().await && self.ask(Asking::Take).await {
                    break;
                }
            }
            self.in_line.set_value(false);
        }
    }

    /// The person chose this tab: the other one finishes what it is keeping and lets go.
    pub async fn take_over(self) {
        self.asked.set(true);
        self.say(LET_GO);
        self.stand_in_line().await;
    }

    /// Whether something may wait in another tab that this one cannot see: kept nowhere yet.
    pub fn others_may_hold(self) -> bool {
        !self.session.writes.get() && self.unkept.get()
    }

    /// Tells the other tabs that something was kept.
    pub fn tell_changed(self) {
        self.say(CHANGED);
    }

    /// Tells the other tabs that this phone was emptied.
    pub fn tell_emptied(self) {
        self.say(GONE);
    }

    fn say(self, word: &str) {
        self.channel.with_value(|channel| {
            if let Some(channel) = channel {
                // Fails only on a closed channel, and this one stays open.
                let _ = channel.post_message(&JsValue::from_str(word));
            }
        });
    }

    /// Asks for the lock and says whether this tab writes now.
    async fn ask(self, asking: Asking) -> bool {
        let Some(locks) = js::get(&crate::browser::window().navigator(), "locks") else {
            // A browser without locks: there is no way to know, and most people have one tab.
            self.session.writes.set(true);
            return true;
        };
        let (answer, answered) = oneshot::channel();
        let answer = Rc::new(RefCell::new(Some(answer)));
        let tell = answer.clone();
        let held = self.release.get_value();
        let granted = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |lock: JsValue| {
            let is_ours = !lock.is_null() && !lock.is_undefined();
            if let Some(answer) = tell.take() {
                let _ = answer.send(is_ours);
            }
            if !is_ours {
                return JsValue::UNDEFINED;
            }
            // The lock is held for as long as this promise is open.
            Promise::new(&mut |resolve, _| {
                held.replace(Some(resolve));
            })
            .into()
        });
        let options = js::object(&[match asking {
            Asking::IfFree => ("ifAvailable", JsValue::TRUE),
            Asking::InLine => ("signal", stop_after_a_while()),
            Asking::Take => ("steal", JsValue::TRUE),
        }]);
        let name = JsValue::from_str(LOCK);
        let asked = js::call(&locks, "request", &[&name, &options, granted.as_ref()]);
        granted.forget();
        spawn_local(async move {
            let ended_well = js::settle(asked).await.is_some();
            if let Some(answer) = answer.take() {
                let _ = answer.send(false);
            } else if !ended_well {
                // It was ours, and another tab took it.
                self.release.with_value(|held| held.take());
                self.session.writes.set(false);
                self.look_for_note();
            }
        });
        if answered.await != Ok(true) {
            return false;
        }
        // Another tab may have written since this one read: what this one would number as before would lie
        // over that. One that joins did not read yet.
        while asking != Asking::IfFree && self.is_held() && !self.session.reload().await {
            timer::wait_ms(RETRY_MS).await;
        }
        let is_ours = self.is_held();
        // Meanwhile it may have become another tab's.
        if is_ours {
            self.session.writes.set(true);
            self.asked.set(false);
            self.is_keeping.set(false);
            // The one before may have been closed with what it could not keep.
            self.session.look_for_loss();
        }
        is_ours
    }

    /// Whether the lock is ours, also while this tab does not write yet.
    fn is_held(self) -> bool {
        self.release.with_value(|held| held.borrow().is_some())
    }

    fn listen(self) {
        let heard =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                match event.data().as_string().as_deref() {
                    Some(CHANGED) if !self.session.writes.get_untracked() => {
                        spawn_local(async move {
                            self.session.reload().await;
                        });
                    }
                    Some(GONE) => reload(),
                    Some(KEEPING) => self.is_keeping.set(self.asked.get_untracked()),
                    Some(LET_GO) if self.session.writes.get_untracked() || self.is_held() => {
                        spawn_local(self.let_go());
                    }
                    _ => {}
                }
            });
        self.channel.with_value(|channel| {
            if let Some(channel) = channel {
                channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            }
        });
        heard.forget();
        // A browser tells all tabs but the one that changed it.
        let noted = window_event_listener_untyped("storage", move |_| self.look_for_note());
        std::mem::forget(noted);
    }

    fn look_for_note(self) {
        self.unkept.set(storage::note(UNKEPT).is_some());
    }

    /// Lets go once everything that was under way is kept, and goes to the end of the line. Who asks again
    /// meanwhile hears what it waits for: two of these would let go of a lock that was had anew.
    async fn let_go(self) {
        if self.letting_go.get_value() {
            if self.session.is_refused() {
                self.say(KEEPING);
            }
            return;
        }
        self.letting_go.set_value(true);
        self.session.writes.set(false);
        let mut is_told = false;
        while self.session.is_busy() {
            if !is_told && self.session.is_refused() {
                is_told = true;
                self.say(KEEPING);
            }
            timer::wait_ms(50).await;
        }
        // It may have begun to write meanwhile: asked while it had the lock and was still reading.
        self.session.writes.set(false);
        self.look_for_note();
        self.letting_go.set_value(false);
        if let Some(release) = self.release.with_value(|held| held.take()) {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
        self.stand_in_line().await;
    }
}

/// How to ask for the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    /// The answer comes at once.
    IfFree,
    /// The answer comes when it is free, or after a while.
    InLine,
    /// It is ours, whoever has it.
    Take,
}

/// Whether the lock is free although tabs stand in line for it.
async fn is_held_by_nobody() -> bool {
    let locks = js::get(&crate::browser::window().navigator(), "locks");
    let asked = locks.and_then(|locks| js::call(&locks, "query", &[]));
    let held = js::settle(asked).await.and_then(|all| js::get(&all, "held"));
    held.is_some_and(|held| Array::from(&held).length() == 0)
}

/// A signal that takes a place in line back; a lock that was granted stays. Not there on an older
/// phone, which then stands in line for good.
fn stop_after_a_while() -> JsValue {
    let Ok(stop) = AbortController::new() else { return JsValue::UNDEFINED };
    let signal = stop.signal().into();
    spawn_local(async move {
        timer::wait_ms(AGAIN_MS).await;
        stop.abort();
    });
    signal
}

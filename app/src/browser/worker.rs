//! The service worker: registering it, and taking a new version only when the person says so.

use super::{js, window};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerRegistration, ServiceWorkerState};

/// The registration, and the new version that waits for the person's word.
#[derive(Clone, Copy)]
pub struct Update {
    registration: RwSignal<Option<ServiceWorkerRegistration>, LocalStorage>,
    waiting: RwSignal<Option<ServiceWorker>, LocalStorage>,
}

impl Update {
    /// Registers the worker and watches for newer ones.
    pub fn watch() -> Update {
        let update =
            Update { registration: RwSignal::new_local(None), waiting: RwSignal::new_local(None) };
        spawn_local(async move {
            if let Some(registration) = register().await {
                update.follow(&registration);
                update.registration.set(Some(registration));
            }
        });
        update
    }

    /// A newer version is ready and waits.
    pub fn is_ready(self) -> bool {
        self.waiting.with(Option::is_some)
    }

    /// Looks for a newer version now; without signal nothing happens.
    pub fn look(self) {
        if let Some(registration) = self.registration.get_untracked()
            && let Ok(promise) = registration.update()
        {
            spawn_local(async move {
                let _ = JsFuture::from(promise).await;
            });
        }
    }

    /// Lets the waiting version take over, then starts the app anew.
    pub fn take(self) {
        let Some(worker) = self.waiting.get_untracked() else { return };
        if worker.state() != ServiceWorkerState::Installed {
            // Another window had it take over: this one only has to start anew.
            return super::reload();
        }
        let reload = Closure::<dyn FnMut()>::new(super::reload);
        let container = window().navigator().service_worker();
        container.set_oncontrollerchange(Some(reload.as_ref().unchecked_ref()));
        reload.forget();
        let _ = worker.post_message(&JsValue::from_str("take over"));
    }

    fn follow(self, registration: &ServiceWorkerRegistration) {
        self.consider(registration.waiting());
        let held = registration.clone();
        let found = Closure::<dyn FnMut()>::new(move || {
            let Some(worker) = held.installing() else { return };
            let installed = worker.clone();
            let changed = Closure::<dyn FnMut()>::new(move || {
                if installed.state() == ServiceWorkerState::Installed {
                    self.consider(Some(installed.clone()));
                }
            });
            worker.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
            changed.forget();
        });
        registration.set_onupdatefound(Some(found.as_ref().unchecked_ref()));
        found.forget();
    }

    /// The very first worker takes over by itself; only a later one is news.
    fn consider(self, worker: Option<ServiceWorker>) {
        let controlled = window().navigator().service_worker().controller().is_some();
        if worker.is_some() && controlled {
            self.waiting.set(worker);
        }
    }
}

async fn register() -> Option<ServiceWorkerRegistration> {
    // Absent outside a secure context.
    js::get(&window().navigator(), "serviceWorker")?;
    let promise = window().navigator().service_worker().register("/app/sw.js");
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

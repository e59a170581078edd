//! What every screen imports: Leptos, with fewer types. Each kind of view, of handler and of signal brings
//! the code that goes with it, so here every view is one kind, and so on: a third less program.

pub use super::signal::{Memo, RwSignal};
pub use leptos::prelude::*;
use std::sync::{Arc, Mutex};

/// Leptos's own `view!`, as a view of any kind.
macro_rules! any_view {
    ($($markup:tt)*) => {
        leptos::prelude::IntoAny::into_any(leptos::prelude::view! { $($markup)* }.into_inner())
    };
}
pub(crate) use any_view as view;

/// What is drawn, as a view of any kind; one that is that already is not wrapped once more.
pub trait OfAnyKind {
    fn into_any(self) -> AnyView;
}

impl OfAnyKind for AnyView {
    fn into_any(self) -> AnyView {
        self
    }
}

impl OfAnyKind for Option<AnyView> {
    fn into_any(self) -> AnyView {
        IntoAny::into_any(self)
    }
}

/// What an event does, as a handler of any kind.
pub fn handle<E>(handler: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handler)
}

/// A part of a screen that is drawn anew when a signal in it changes, as a view of any kind.
pub fn drawn<V: OfAnyKind>(mut draw: impl FnMut() -> V + Send + 'static) -> AnyView {
    let draw: Arc<Mutex<dyn FnMut() -> AnyView + Send>> =
        Arc::new(Mutex::new(move || OfAnyKind::into_any(draw())));
    IntoAny::into_any(draw)
}

type Act = Box<dyn Fn() + Send + Sync>;

/// Does `act` whenever what `follow` reads has changed; not at once.
pub fn when(follow: impl Fn() + Send + Sync + 'static, act: impl Fn() + Send + Sync + 'static) {
    let (follow, act): (Act, Act) = (Box::new(follow), Box::new(act));
    Effect::watch(follow, move |(), _, _| act(), false);
}

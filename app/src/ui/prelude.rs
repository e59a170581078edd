//! What every screen imports: Leptos, with fewer types. Each kind of view and of handler brings the
//! code that draws it, so here every view is one kind, and every handler of an event.

pub use super::memo::Memo;
pub use leptos::prelude::*;

/// Leptos's own `view!`, as a view of any kind.
macro_rules! any_view {
    ($($markup:tt)*) => {
        leptos::prelude::IntoAny::into_any(leptos::prelude::view! { $($markup)* })
    };
}
pub(crate) use any_view as view;

/// What an event does, as a handler of any kind.
pub fn handle<E>(handler: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handler)
}

//! What every screen can reach: the session, the link, the router and the few bars around a screen.

use crate::browser::worker::Update;
use crate::idle::Idle;
use crate::link::Link;
use crate::route::Router;
use crate::schemes::Schemes;
use crate::session::Session;
use crate::tab::Tab;
use crate::ui::prelude::*;
use crate::ui::toast::Toast;

/// Copied everywhere; one per running app.
#[derive(Clone, Copy)]
pub struct Kit {
    pub session: Session,
    pub link: Link,
    /// The catalogue of schemes, when this phone holds one.
    pub schemes: Schemes,
    pub tab: Tab,
    pub idle: Idle,
    pub router: Router,
    pub update: Update,
    pub toast: Toast,
    /// Streets show only what is still to do.
    pub todo_only: RwSignal<bool>,
}

/// The kit of the running app. Only for components, which all stand below the shell.
pub fn kit() -> Kit {
    expect_context::<Kit>()
}

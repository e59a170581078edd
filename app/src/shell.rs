//! The frame around every screen: opening the store, which screen is shown, the bars above and below.

use crate::browser::install::Offer;
use crate::browser::worker::Update;
use crate::kit::{Kit, kit};
use crate::link::Link;
use crate::pages;
use crate::route::{Router, Screen};
use crate::schemes::Schemes;
use crate::session::Session;
use crate::store::StoreError;
use crate::store::indexed_db::IndexedDb;
use crate::tab::Tab;
use crate::ui::banner::{Banner, Tone};
use crate::ui::toast::{Toast, ToastBar};
use aanbel_shared::programme::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Name of the database; another name would leave everything recorded behind.
const DATABASE: &str = "aanbel";

/// Starts the app in the page.
pub fn start() {
    mount_to_body(|| view! { <App /> });
}

#[component]
fn App() -> impl IntoView {
    let offer = Offer::listen();
    let update = Update::watch();
    let opened = RwSignal::new_local(None::<Result<Kit, StoreError>>);
    let owner = Owner::current();
    spawn_local(async move {
        let session = Session::open(IndexedDb::new(DATABASE)).await;
        let kit = match session {
            Ok(session) => {
                let tab = Tab::join(session).await;
                let schemes = Schemes::open(session).await;
                let card = pages::card::handed_over(session).await;
                // What the kit holds lives as long as the app.
                let make = move || Kit {
                    session,
                    link: {
                        schemes.watch();
                        Link::start(session, schemes)
                    },
                    schemes,
                    tab,
                    router: Router::start(card),
                    update,
                    offer,
                    toast: Toast::new(session),
                    todo_only: RwSignal::new(false),
                };
                Ok(owner.map_or_else(make, |owner| owner.with(make)))
            }
            Err(error) => Err(error),
        };
        opened.set(Some(kit));
    });
    move || {
        opened.get().map(|opened| match opened {
            Ok(kit) => {
                provide_context(kit);
                view! { <Frame /> }.into_any()
            }
            Err(error) => view! { <CannotOpen error /> }.into_any(),
        })
    }
}

#[component]
fn CannotOpen(error: StoreError) -> impl IntoView {
    view! {
        <main class="page" id="inhoud">
            <h1 tabindex="-1">"Aanbel kan niet openen"</h1>
            <Banner tone=Tone::Bad>
                <p>{error.sentence_nl()}</p>
            </Banner>
        </main>
    }
}

#[component]
fn Frame() -> impl IntoView {
    let Kit { session, tab, link, router, toast, update, .. } = kit();
    Effect::watch(move || session.changed.get(), move |_, _, _| tab.tell_changed(), false);
    let visible = window_event_listener_untyped("visibilitychange", move |_| {
        if crate::browser::is_visible() {
            update.look();
        }
    });
    on_cleanup(move || visible.remove());
    // A tab that becomes the writer has something to send, perhaps.
    Effect::watch(move || session.writes.get(), move |_, _, _| link.now(), false);
    let enrolled = Memo::new(move |_| session.device.with(|device| device.me().is_some()));
    let role = Memo::new(move |_| session.device.with(|device| device.me().map(|me| me.role)));
    let screen = move || match (session.emptied.get(), enrolled.get()) {
        (true, _) => view! { <pages::emptied::Emptied /> }.into_any(),
        (_, false) => view! { <pages::enrol::Enrol /> }.into_any(),
        _ => match router.screen.get() {
            Screen::Today => match role.get() {
                Some(Role::Caretaker) => view! { <pages::offers::Offers /> }.into_any(),
                Some(Role::Adviser) => view! { <pages::caseload::Caseload /> }.into_any(),
                _ => view! { <pages::today::Today /> }.into_any(),
            },
            Screen::Street(id) => view! { <pages::street::Street id /> }.into_any(),
            Screen::Door(id) => view! { <pages::door::DoorPage id /> }.into_any(),
            Screen::Talk(id) => view! { <pages::talk::Talk id /> }.into_any(),
            Screen::Offer(id) => view! { <pages::offer::Offer id /> }.into_any(),
            Screen::Case(id) => view! { <pages::case::Case id /> }.into_any(),
            Screen::Card(id) => view! { <pages::card::Card about=id /> }.into_any(),
            Screen::ThisPhone => view! { <pages::this_phone::ThisPhone /> }.into_any(),
        },
    };
    // Around the card, which a resident holds, there is nothing of the app.
    let is_card = Memo::new(move |_| {
        let is_card = matches!(router.screen.get(), Screen::Card(_));
        is_card && enrolled.get() && !session.emptied.get()
    });
    let above = move || {
        (!is_card.get()).then(|| {
            view! {
                <a class="skip-link" href="#inhoud">"Naar de inhoud"</a>
                <Bars />
            }
        })
    };
    view! {
        {above}
        {screen}
        {move || (!is_card.get()).then(|| view! { <ToastBar toast /> })}
    }
}

/// What the person must know whatever the screen: the store refuses, or another tab writes.
#[component]
fn Bars() -> impl IntoView {
    let Kit { session, tab, .. } = kit();
    let trouble = move || {
        session.trouble.get().map(|error| {
            view! { <Banner tone=Tone::Bad><p>{error.sentence_nl()}</p></Banner> }
        })
    };
    let other_tab = move || {
        (!session.writes.get()).then(|| {
            view! {
                <Banner tone=Tone::Warn>
                    <p>"Aanbel staat ook open in een ander venster. Hier kunt u alleen kijken."</p>
                    {move || tab.asked.get().then(|| view! {
                        <p>"Even geduld. Duurt het lang? Sluit dan het andere venster."</p>
                    })}
                    <button type="button" class="button" on:click=move |_| {
                        spawn_local(tab.take_over());
                    }>"Verder in dit venster"</button>
                </Banner>
            }
        })
    };
    view! { <div class="bars">{trouble}{other_tab}</div> }
}

//! The frame around every screen: the lock before the app, which screen is shown, the bars above and
//! below.

use crate::browser::install::Offer;
use crate::browser::worker::Update;
use crate::browser::{clock, early, reload, timer};
use crate::idle::Idle;
use crate::kit::{Kit, kit};
use crate::link::Link;
use crate::link::sealed::office_clock_ms;
use crate::pages;
use crate::pages::lock::{HeldVault, Locked, NoKeys, Upgrade};
use crate::route::{Router, Screen};
use crate::schemes::Schemes;
use crate::session::Session;
use crate::store::StoreError;
use crate::store::vault::{AWAY_MAX_DAYS, Found, Gone, Vault};
use crate::tab::{Tab, tell_gone};
use crate::ui::banner::{Banner, Tone};
use crate::ui::prelude::*;
use crate::ui::toast::{Toast, ToastBar};
use aanbel_shared::programme::Role;
use aanbel_shared::sync::Device;
use leptos::task::spawn_local;
use std::rc::Rc;

/// Name of the database; another name would leave everything recorded behind.
const DATABASE: &str = "aanbel";

/// What the first screen does not need waits for so long.
const AFTER_FIRST_SCREEN_MS: i32 = 250;

/// Starts the app in the page.
pub fn start() {
    mount_to_body(|| view! { <App /> });
}

/// What is shown instead of the app, or the app.
#[derive(Clone)]
enum Gate {
    Found(Found),
    Open(Box<Kit>),
    Broken(StoreError),
}

#[component]
fn App() -> impl IntoView {
    let (offer, update) = (Offer::listen(), Update::watch());
    let gate = leptos::prelude::RwSignal::new_local(None::<Gate>);
    let vault = StoredValue::new_local(Rc::new(Vault::new(DATABASE)));
    let owner = Owner::current();
    let typed = StoredValue::new(String::new());
    spawn_local(async move {
        let found = found(&vault.get_value()).await;
        typed.set_value(early::take());
        gate.set(Some(found.map_or_else(Gate::Broken, Gate::Found)));
    });
    let enter = Callback::new(move |()| {
        let owner = owner.clone();
        spawn_local(async move {
            let kit = open(vault, update, owner).await;
            gate.set(Some(kit.map_or_else(Gate::Broken, |kit| Gate::Open(Box::new(kit)))));
        });
    });
    let gone = Callback::new(move |why| {
        tell_gone();
        gate.set(Some(Gate::Found(Found::Gone(why))));
    });
    drawn(move || {
        gate.get().map(|gate| match gate {
            Gate::Open(kit) => {
                provide_context(*kit);
                view! { <Frame vault /> }
            }
            Gate::Broken(error) => view! { <CannotOpen error /> },
            Gate::Found(Found::Locked { passkey }) => {
                let before = typed.try_update_value(std::mem::take).unwrap_or_default();
                view! { <Locked vault passkey before done=enter gone /> }
            }
            Gate::Found(Found::Gone(why)) => view! { <NoKeys why vault done=enter /> },
            Gate::Found(Found::New { emptied: Some(why), .. }) => {
                view! { <pages::emptied::Emptied why vault done=enter /> }
            }
            Gate::Found(Found::New { holds: true, .. }) => {
                view! { <Upgrade vault done=enter /> }
            }
            Gate::Found(Found::New { .. }) => {
                view! { <pages::enrol::Welcome vault offer done=enter /> }
            }
        })
    })
}

/// How the phone is found. One that was away for too long loses its keys here.
async fn found(vault: &Vault) -> Result<Found, StoreError> {
    if vault.seems_away().await? && vault.leave_if_away(office_clock_ms().await).await? {
        return Ok(Found::Gone(Gone::Away));
    }
    let found = vault.found().await;
    // With a passkey there is a button above the digits, which the page knows nothing of.
    early::expect(matches!(found, Ok(Found::Locked { passkey: false })));
    found
}

/// The app behind the lock. What the kit holds lives as long as the page.
async fn open(vault: HeldVault, update: Update, owner: Option<Owner>) -> Result<Kit, StoreError> {
    let session = Session::new(vault.get_value());
    let tab = Tab::join(session).await;
    session.open().await?;
    let schemes = Schemes::open(session).await;
    let card = pages::card::handed_over(session).await;
    let router = Router::start(card);
    let idle = Idle::start(session, router).await;
    let vault = session.vault();
    vault.forget_slips();
    spawn_local(async move {
        timer::wait_ms(AFTER_FIRST_SCREEN_MS).await;
        vault.agree().await;
    });
    let make = move || Kit {
        session,
        link: {
            schemes.watch();
            Link::start(session, schemes)
        },
        schemes,
        tab,
        idle,
        router,
        update,
        toast: Toast::new(session),
        todo_only: RwSignal::new(false),
    };
    Ok(owner.map_or_else(make, |owner| owner.with(make)))
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
fn Frame(vault: HeldVault) -> impl IntoView {
    let Kit { session, tab, link, router, toast, update, idle, .. } = kit();
    when(move || _ = session.changed.get(), move || tab.tell_changed());
    when(
        move || _ = session.emptied.get(),
        move || {
            tab.tell_emptied();
            // Who joins next chooses anew.
            idle.on_hiding.set(false);
        },
    );
    let visible = window_event_listener_untyped("visibilitychange", move |_| {
        if crate::browser::is_visible() {
            update.look();
        }
    });
    on_cleanup(move || visible.remove());
    // A tab that becomes the writer has something to send, perhaps.
    when(move || _ = session.writes.get(), move || link.now());
    let enrolled = Memo::new(move |_| session.device.with(|device| device.me().is_some()));
    let role = Memo::new(move |_| session.device.with(|device| device.me().map(|me| me.role)));
    let screen = move || match (session.emptied.get(), enrolled.get()) {
        _ if idle.over.get() => view! { <LockOver vault /> },
        (Some(why), _) => {
            // The screen that was open is not here any more; joining again begins at the beginning.
            let done = Callback::new(move |()| {
                router.swap(Screen::Today);
                session.emptied.set(None);
            });
            view! { <pages::emptied::Emptied why vault done /> }
        }
        (_, false) => view! { <pages::enrol::Enrol vault /> },
        _ => match router.screen.get() {
            Screen::Today => match role.get() {
                Some(Role::Caretaker) => view! { <pages::offers::Offers /> },
                Some(Role::Adviser) => view! { <pages::caseload::Caseload /> },
                _ => view! { <pages::today::Today /> },
            },
            Screen::Street(id) => view! { <pages::street::Street id /> },
            Screen::Door(id) => view! { <pages::door::DoorPage id /> },
            Screen::Talk(id) => view! { <pages::talk::Talk id /> },
            Screen::Offer(id) => view! { <pages::offer::Offer id /> },
            Screen::Case(id) => view! { <pages::case::Case id /> },
            Screen::Joint(id) => view! { <pages::joint::Joint id /> },
            Screen::Card(id) => view! { <pages::card::Card about=id /> },
            Screen::ThisPhone => view! { <pages::this_phone::ThisPhone /> },
        },
    };
    // Around the card, which a resident holds, there is nothing of the app.
    let is_card = Memo::new(move |_| {
        let is_card = matches!(router.screen.get(), Screen::Card(_)) && !idle.over.get();
        is_card && enrolled.get() && session.emptied.get().is_none()
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
        {move || above()}
        {move || screen()}
        {move || (!is_card.get() && !idle.over.get()).then(|| view! { <ToastBar toast /> })}
    }
}

/// The lock in the place of every screen, while the app behind it goes on keeping. By the PIN alone.
#[component]
fn LockOver(vault: HeldVault) -> impl IntoView {
    let idle = kit().idle;
    let done = Callback::new(move |()| idle.opened());
    let gone = Callback::new(|_: Gone| {
        tell_gone();
        reload();
    });
    view! { <Locked vault passkey=false before=String::new() done gone /> }
}

/// From so many days without contact the person is told what comes.
const AWAY_TOLD_DAYS: i64 = 20;

/// Days since the office last answered.
fn away_days(device: &Device) -> Option<i64> {
    let synced_ms = device.meta().synced_ms?;
    Some((device.corrected(clock::now_ms()) - synced_ms) / 86_400_000)
}

/// What the person must know whatever the screen: the store refuses, or did until the app ended; another
/// tab writes; or what is here will leave for want of contact.
#[component]
fn Bars() -> impl IntoView {
    let Kit { session, tab, .. } = kit();
    let trouble = move || {
        session.trouble.get().map(|error| {
            view! { <Banner tone=Tone::Bad><p>{error.sentence_nl()}</p></Banner> }
        })
    };
    let gone = move || {
        session.gone.get().then(|| {
            view! {
                <Banner tone=Tone::Bad>
                    <p>"Wat u het laatst invulde, is niet bewaard: Aanbel ging dicht voordat dit toestel het kon bewaren. Kijk na wat er ontbreekt en vul het opnieuw in."</p>
                    <button type="button" class="button" on:click=handle(move |_| session.gone_was_read())>"Ik heb het gezien"</button>
                </Banner>
            }
        })
    };
    let other_tab = move || {
        (!session.writes.get()).then(|| {
            view! {
                <Banner tone=Tone::Warn>
                    <p>"Aanbel staat ook open in een ander venster. Hier kunt u alleen kijken."</p>
                    {move || tab.asked.get().then(|| view! {
                        <p>{move || match tab.is_keeping.get() {
                            false => "Even geduld. Duurt het lang? Sluit dan het andere venster.",
                            true => "Even geduld. In het andere venster is nog iets niet bewaard. Sluit dat venster niet. Ga terug naar dat venster: daar staat wat u kunt doen.",
                        }}</p>
                    })}
                    <button type="button" class="button" on:click=handle(move |_| {
                        spawn_local(tab.take_over());
                    })>"Verder in dit venster"</button>
                </Banner>
            }
        })
    };
    let away = move || {
        session.device.with(away_days).filter(|days| *days >= AWAY_TOLD_DAYS).map(|days| {
            let left = (AWAY_MAX_DAYS - days).max(0);
            view! {
                <Banner tone=Tone::Warn>
                    <p>{format!("Dit toestel had {days} dagen geen contact met het kantoor. Over {left} dagen wordt het leeggemaakt. Zorg voor internet. Wat u hebt ingevuld, blijft bewaard voor het kantoor.")}</p>
                </Banner>
            }
        })
    };
    view! { <div class="bars">{move || trouble()}{move || gone()}{move || other_tab()}{move || away()}</div> }
}

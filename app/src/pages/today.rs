//! The first screen: what every role finds there, and for who walks streets: my streets with how far they are, what needs me, and whether everything was sent.

use super::now::on_this_clock;
use super::today_news::News;
use crate::browser::{clock, timer};
use crate::kit::{Kit, kit};
use crate::link::LinkState;
use crate::route::Screen;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::walk;
use aanbel_shared::programme::Progress;
use aanbel_shared::record::{RecordId, WorklistId};
use aanbel_shared::sync::{Device, Instruction};
use leptos::task::spawn_local;

#[component]
pub fn Today() -> impl IntoView {
    view! {
        <Home title="Vandaag" fetched="Uw straten worden">
            <News />
            <Streets />
        </Home>
    }
}

/// The first screen of whatever role: who this is, what needs her, and whether everything was sent.
/// `fetched` begins the sentence of the first sync.
#[component]
pub fn Home(title: &'static str, fetched: &'static str, children: Children) -> impl IntoView {
    let Kit { session, .. } = kit();
    let person = move || {
        session.device.with(|device| {
            device.me().map(|me| format!("{}, {}", me.person, me.organisation)).unwrap_or_default()
        })
    };
    view! {
        <main class="page page--with-bar" id="inhoud">
            <header class="head head--home">
                <div>
                    <h1 tabindex="-1">{title}</h1>
                    <p class="head__under">{move || person()}</p>
                </div>
                <a class="head__link" href=Screen::ThisPhone.path()>
                    <Symbol icon=Icon::Phone />
                    "Dit toestel"
                </a>
            </header>
            <NewVersion />
            <Told />
            <FirstSync fetched />
            {children()}
        </main>
        <SendBar />
    }
}

/// Only here, where nothing is being filled in: a new version starts the app anew.
#[component]
fn NewVersion() -> impl IntoView {
    let Kit { session, update, .. } = kit();
    let waits = RwSignal::new(false);
    let take = move |_| {
        if waits.get_untracked() {
            return;
        }
        waits.set(true);
        spawn_local(async move {
            // An answer that was just typed above is kept first.
            session.hand_over().await;
            while session.is_busy() {
                timer::wait_ms(50).await;
            }
            // Somebody who left this screen is in a talk, perhaps: it is offered anew when she is back.
            if waits.try_get_untracked().is_some() {
                waits.set(false);
                update.take();
            }
        });
    };
    drawn(move || {
        update.is_ready().then(|| {
            view! {
                <Banner tone=Tone::Info>
                    <p>"Er is een nieuwe versie van Aanbel klaar. Wat u hebt ingevuld, blijft staan."</p>
                    <button type="button" class="button" aria-disabled=move || waits.get().to_string() on:click=handle(take)>
                        {move || if waits.get() { "Even wachten…" } else { "Nu vernieuwen" }}
                    </button>
                </Banner>
            }
        })
    })
}

/// What the office wants done first.
#[component]
fn Told() -> impl IntoView {
    let session = kit().session;
    let told = Memo::new(move |_| {
        session.device.with(|device| (device.meta().instruction, device.waiting()))
    });
    drawn(move || match told.get() {
        (Some(Instruction::EnrolAgain { .. }), _) => Some(view! {
            <Banner tone=Tone::Warn>
                <p>"Dit toestel moet opnieuw worden aangemeld. Vraag het kantoor om een code. Uw werk blijft staan."</p>
                <a class="button" href=Screen::ThisPhone.path()>"Opnieuw aanmelden"</a>
            </Banner>
        }),
        (Some(Instruction::Update), _) => Some(view! {
            <Banner tone=Tone::Warn>
                <p>"Deze versie van Aanbel is te oud om nieuwe gegevens op te halen. Wat u invult, wordt wel verstuurd. Sluit Aanbel en open het opnieuw met internet."</p>
            </Banner>
        }),
        (Some(Instruction::Wipe), waiting) if waiting > 0 => Some(view! {
            <Banner tone=Tone::Warn>
                <p>"Het kantoor heeft dit toestel afgemeld. Er staat nog werk op dat niet is verstuurd. Zorg voor internet, of breng het toestel naar het kantoor."</p>
            </Banner>
        }),
        _ => None,
    })
}

/// The bar of the first sync, and of any long one. A sync that was cut off goes on where it was.
#[component]
fn FirstSync(fetched: &'static str) -> impl IntoView {
    let Kit { session, link, .. } = kit();
    let remaining = Memo::new(move |_| session.device.with(|device| device.meta().remaining));
    let never = Memo::new(move |_| session.device.with(|device| device.meta().synced_ms.is_none()));
    let bar = move || {
        let (left, got) = (remaining.get(), link.received.get());
        (left > 0 || never.get()).then(|| {
            let all = got.saturating_add(left);
            let words = if all == 0 {
                format!("{fetched} opgehaald…")
            } else {
                format!("{fetched} opgehaald: {got} van {all}.")
            };
            view! {
                <section class="card">
                    <label class="question" for="ophalen">{words}</label>
                    <progress id="ophalen" max=all.max(1).to_string() value=got.to_string()></progress>
                </section>
            }
        })
    };
    view! { <div aria-live="polite">{move || bar()}</div> }
}

/// One street as its card shows it.
#[derive(Clone, PartialEq)]
struct Card {
    id: WorklistId,
    name: String,
    under: String,
    progress: Progress,
}

fn cards(device: &Device) -> Vec<Card> {
    let records = device.records();
    let progress = walk::progress_by_street(records);
    let today = clock::local_day(clock::now_ms());
    let mut cards: Vec<Card> = device
        .meta()
        .assigned
        .iter()
        .filter_map(|id| {
            let turf = records.get(RecordId(id.0)).filter(|list| list.kind == "turf")?;
            let district = turf.str("district").map(str::to_owned);
            let letter = turf.date("letter_on").map(|day| match day > today {
                true => format!("de brief komt op {}, daarna aanbellen", clock::day_nl(day)),
                false => format!("de brief kwam op {}", clock::day_nl(day)),
            });
            let under: Vec<String> = [district, letter].into_iter().flatten().collect();
            Some(Card {
                id: *id,
                name: turf.str("name").unwrap_or("Straat zonder naam").to_owned(),
                under: under.join(", "),
                progress: progress.get(id).copied().unwrap_or_default(),
            })
        })
        .collect();
    cards.sort_by(|left, right| left.name.cmp(&right.name));
    cards
}

#[component]
fn Streets() -> impl IntoView {
    let session = kit().session;
    let cards = Memo::new(move |_| session.device.with(cards));
    let synced =
        Memo::new(move |_| session.device.with(|device| device.meta().synced_ms.is_some()));
    let list = move || {
        let cards = cards.get();
        if cards.is_empty() {
            return synced.get().then(|| view! {
                <p>"U hebt nog geen straat. Vraag het kantoor welke straat u loopt. Druk daarna op ‘Nu versturen’."</p>
            });
        }
        let items =
            cards.into_iter().map(|card| view! { <li><StreetCard card /></li> }).collect_view();
        Some(view! { <ul class="card-list">{items}</ul> })
    };
    view! {
        <section aria-labelledby="straten">
            <h2 id="straten">"Mijn straten"</h2>
            {move || list()}
        </section>
    }
}

#[component]
fn StreetCard(card: Card) -> impl IntoView {
    let Progress { doors, done, talks } = card.progress;
    let doors_nl = if doors == 1 { "deur" } else { "deuren" };
    let talks_nl = match talks {
        0 => "nog geen gesprek".to_owned(),
        1 => "1 gesprek".to_owned(),
        many => format!("{many} gesprekken"),
    };
    view! {
        <a class="card card--link" href=Screen::Street(card.id).path()>
            <span class="card__title">{card.name}<Symbol icon=Icon::Next /></span>
            <span class="card__under">{card.under}</span>
            <progress max=doors.max(1).to_string() value=done.to_string() aria-hidden="true"></progress>
            <span class="card__facts">{format!("{done} van {doors} {doors_nl} klaar, {talks_nl}")}</span>
        </a>
    }
}

/// Said by a window that only looks, in the place of that everything was sent.
pub const UNKEPT_ELSEWHERE: &str =
    "Misschien is in het andere venster nog iets niet bewaard. Kijk daar.";
const SENDS_ELSEWHERE: &str =
    "Versturen gebeurt in het andere venster. Of kies bovenaan ‘Verder in dit venster’.";

/// The line at the bottom: what waits, when it was last sent, and the button.
#[component]
pub fn SendBar() -> impl IntoView {
    let Kit { session, link, tab, toast, .. } = kit();
    let waiting = Memo::new(move |_| session.waiting());
    let synced = Memo::new(move |_| session.device.with(|device| device.meta().synced_ms));
    let words = move || match waiting.get() {
        0 if tab.others_may_hold() => UNKEPT_ELSEWHERE.to_owned(),
        0 => "Alles is verstuurd".to_owned(),
        1 => "1 wijziging wacht op versturen".to_owned(),
        many => format!("{many} wijzigingen wachten op versturen"),
    };
    let when = move || match (link.state.get(), synced.get()) {
        (LinkState::Failed(sentence) | LinkState::NoAccess(sentence), _) => sentence,
        (_, None) => "Nog nooit verzonden".to_owned(),
        (_, Some(at_ms)) => {
            let at_ms = on_this_clock(session, at_ms);
            format!("Laatst verzonden: {}", clock::moment_nl(at_ms, clock::now_ms()))
        }
    };
    let busy = Memo::new(move |_| link.state.get() == LinkState::Busy);
    let send = move |_| match session.writes.get_untracked() {
        true => link.now(),
        false => toast.say(SENDS_ELSEWHERE, Vec::new()),
    };
    let cannot = move || (busy.get() || !session.writes.get()).to_string();
    let failing = move || matches!(link.state.get(), LinkState::Failed(_) | LinkState::NoAccess(_));
    view! {
        <aside class="bottom-bar" aria-label="Versturen">
            <p class="bottom-bar__text" class:bottom-bar__text--long=move || failing() role="status">
                <strong>{move || words()}</strong>
                <span>{move || when()}</span>
            </p>
            <button type="button" class="button" aria-disabled=move || cannot() on:click=handle(send)>
                <Symbol icon=Icon::Refresh />
                {move || if busy.get() { "Bezig…" } else { "Nu versturen" }}
            </button>
        </aside>
    }
}

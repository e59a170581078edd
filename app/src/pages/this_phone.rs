//! This phone: whose it is, what still waits here, and how safe its storage is.

use super::enrol::CodeForm;
use super::hand_in::HandIn;
use super::head::Head;
use super::lock::LockSettings;
use super::now::{on_this_clock, today};
use super::records::{happened_nl, place_name, screen_of};
use super::today::{SendBar, UNKEPT_ELSEWHERE};
use crate::browser::clock;
use crate::browser::storage::{self, Gauge};
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::schemes::{Held, Schemes};
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::form::Forms;
use aanbel_shared::record::Op;
use aanbel_shared::sync::{Device, Instruction};
use leptos::task::spawn_local;

/// Above this the person is told that the phone's clock is off.
const CLOCK_OFF_MS: u64 = 5 * 60_000;

#[component]
pub fn ThisPhone() -> impl IntoView {
    view! {
        <main class="page page--with-bar" id="inhoud">
            <Head title="Dit toestel" back=Screen::Today back_words="Vandaag" />
            <JoinAgain />
            <Clock />
            <Waiting />
            <SetAside />
            <LockSettings />
            <Facts />
            <Storage />
            <HandIn />
        </main>
        <SendBar />
    }
}

#[component]
fn JoinAgain() -> impl IntoView {
    let Kit { session, link, .. } = kit();
    let told = Memo::new(move |_| {
        session.device.with(|device| {
            matches!(device.meta().instruction, Some(Instruction::EnrolAgain { .. }))
        })
    });
    let refused =
        Memo::new(move |_| matches!(link.state.get(), crate::link::LinkState::NoAccess(_)));
    drawn(move || {
        (told.get() || refused.get()).then(|| view! {
            <section class="card" aria-labelledby="opnieuw">
                <h2 id="opnieuw">"Opnieuw aanmelden"</h2>
                <p>"Het kantoor herkent dit toestel niet meer. Vraag om een nieuwe code. Alles wat hier nog wacht, blijft staan en wordt daarna verstuurd."</p>
                <CodeForm />
            </section>
        })
    })
}

#[component]
fn Clock() -> impl IntoView {
    let session = kit().session;
    let off = Memo::new(move |_| session.device.with(|device| device.meta().offset_ms));
    drawn(move || {
        let off = off.get();
        (off.unsigned_abs() > CLOCK_OFF_MS).then(|| {
            let side = if off > 0 { "achter" } else { "voor" };
            view! {
                <Banner tone=Tone::Warn>
                    <p>{format!("De klok van dit toestel loopt {} {side}. Aanbel houdt daar rekening mee. Zet de klok goed als dat kan.", span_nl(off.unsigned_abs()))}</p>
                </Banner>
            }
        })
    })
}

/// A length of time in one rough word.
fn span_nl(ms: u64) -> String {
    let minutes = ms / 60_000;
    match minutes {
        0..120 => format!("{minutes} minuten"),
        120..2_880 => format!("{} uur", minutes / 60),
        _ => format!("{} dagen", minutes / 1_440),
    }
}

/// One op of this phone, as it is listed.
#[derive(Clone, PartialEq)]
struct Line {
    place: String,
    screen: String,
    what: String,
    when: String,
    remark: String,
}

fn line(device: &Device, op: &Op, at_ms: i64) -> Line {
    let records = device.records();
    Line {
        place: place_name(records, op.record),
        screen: screen_of(records, op.record).path(),
        what: happened_nl(op),
        when: clock::moment_nl(at_ms, clock::now_ms()),
        remark: String::new(),
    }
}

#[component]
fn Waiting() -> impl IntoView {
    let Kit { session, tab, .. } = kit();
    let lines = Memo::new(move |_| {
        session.device.with(|device| {
            let waiting = device.outbox();
            waiting
                .map(|stored| line(device, &stored.op, on_this_clock(session, stored.op.at_ms)))
                .collect::<Vec<_>>()
        })
    });
    let all_sent = Memo::new(move |_| session.waiting() == 0);
    view! {
        <section aria-labelledby="wachtend">
            <h2 id="wachtend">"Wacht op versturen"</h2>
            {move || match lines.get() {
                lines if lines.is_empty() && tab.others_may_hold() => view! { <p>{UNKEPT_ELSEWHERE}</p> },
                lines if lines.is_empty() && all_sent.get() => view! { <p>"Alles is bij het kantoor."</p> },
                lines if lines.is_empty() => view! { <p>"Er is nog iets niet bewaard op dit toestel."</p> },
                lines => view! { <Lines lines /> },
            }}
        </section>
    }
}

#[component]
fn SetAside() -> impl IntoView {
    let session = kit().session;
    let lines = Memo::new(move |_| session.device.with(set_aside));
    drawn(move || {
        let lines = lines.get();
        (!lines.is_empty()).then(|| view! {
            <section aria-labelledby="apart">
                <h2 id="apart">"Apart gezet"</h2>
                <p>"Dit kwam aan, maar kon niet worden verwerkt. Het is niet kwijt. Het kantoor kijkt ernaar."</p>
                <Lines lines />
            </section>
        })
    })
}

/// Ops that the office set aside; also those that are no longer on this phone.
fn set_aside(device: &Device) -> Vec<Line> {
    let meta = device.meta();
    let line = |one: &aanbel_shared::sync::SetAside| {
        let held = device.own_op(one.dot);
        let mut line = held.map_or_else(
            || Line {
                place: "Niet meer op dit toestel".into(),
                screen: Screen::Today.path(),
                what: format!("Wijziging {}", one.dot.seq),
                when: String::new(),
                remark: String::new(),
            },
            |stored| line(device, &stored.op, stored.op.at_ms.saturating_sub(meta.offset_ms)),
        );
        line.remark = one.reason.sentence_nl().to_owned();
        line
    };
    meta.set_aside.iter().map(line).collect()
}

#[component]
fn Lines(lines: Vec<Line>) -> impl IntoView {
    let items = lines
        .into_iter()
        .map(|line| view! {
            <li>
                <a href=line.screen>{line.place}</a>
                <span>{line.what}</span>
                <span class="lines__when">{line.when}</span>
                {(!line.remark.is_empty()).then(|| view! { <span class="lines__remark">{line.remark}</span> })}
            </li>
        })
        .collect_view();
    view! { <ul class="lines">{items}</ul> }
}

#[component]
fn Facts() -> impl IntoView {
    let Kit { session, update, .. } = kit();
    let build = RwSignal::new(String::new());
    spawn_local(async move {
        build.try_set(storage::build().await.unwrap_or_default());
    });
    // Opening this screen is a good moment to look whether there is a newer version.
    update.look();
    let me = move |read: fn(&aanbel_shared::sync::Me) -> String| {
        session.device.with(|device| device.me().map(read).unwrap_or_default())
    };
    let version = move || {
        let build = build.get();
        let build = if build.is_empty() { build } else { format!(", bouw {build}") };
        format!("{}{build}", env!("CARGO_PKG_VERSION"))
    };
    let role = move || match session.writes.get() {
        true => "Hier kunt u invullen.",
        false => "Hier kunt u alleen kijken.",
    };
    let damaged = move || match session.damaged.get() {
        0 => "Geen.".to_owned(),
        1 => "1. Bel het kantoor en verwijder de app niet.".to_owned(),
        many => format!("{many}. Bel het kantoor en verwijder de app niet."),
    };
    view! {
        <section aria-labelledby="gegevens">
            <h2 id="gegevens">"Gegevens"</h2>
            <dl class="facts">
                <dt>"Van"</dt><dd>{move || me(|me| format!("{} ({})", me.person, me.role.name_nl()))}</dd>
                <dt>"Organisatie"</dt><dd>{move || me(|me| me.organisation.clone())}</dd>
                <dt>"Nummer van dit toestel"</dt><dd>{move || me(|me| me.device.0.to_string())}</dd>
                <dt>"Versie van Aanbel"</dt><dd>{move || version()}</dd>
                <dt>"Formulieren"</dt><dd>{format!("versie {}", Forms::built_in().version)}</dd>
                <dt>"Regelingen"</dt><dd><RulesHere /></dd>
                <dt>"Dit venster"</dt><dd>{move || role()}</dd>
                <dt>"Beschadigde gegevens"</dt><dd>{move || damaged()}</dd>
            </dl>
        </section>
    }
}

/// Which rules this phone holds, how old they are, and why there are no newer ones.
#[component]
fn RulesHere() -> impl IntoView {
    let Schemes { held, trouble, .. } = kit().schemes;
    let words = move || match held.get() {
        None => "Nog niet op dit toestel. Ze komen mee zodra u met internet verstuurt.".to_owned(),
        Some(Held { version, catalogue }) => match catalogue.compiled_on {
            Some(day) => {
                format!("van {}, {}. Versie {version}.", day.dutch(), age_nl(today().0 - day.0))
            }
            None => format!("versie {version}."),
        },
    };
    let trouble = move || {
        trouble.get().map(|trouble| {
            view! { <span class="remark remark--bad"><Symbol icon=Icon::Warning />{trouble.sentence_nl()}</span> }
        })
    };
    view! { {move || words()} {move || trouble()} }
}

/// How long ago, in days.
fn age_nl(days: i32) -> String {
    match days {
        ..=0 => "vandaag".to_owned(),
        1 => "1 dag oud".to_owned(),
        days => format!("{days} dagen oud"),
    }
}

#[component]
fn Storage() -> impl IntoView {
    let gauge = RwSignal::new(None::<Gauge>);
    let persistent = RwSignal::new(None::<bool>);
    spawn_local(async move {
        gauge.try_set(storage::gauge().await);
        persistent.try_set(storage::is_persistent().await);
    });
    let ask = move |_| {
        spawn_local(async move {
            persistent.try_set(storage::ask_persistent().await);
        });
    };
    let bar = move || {
        gauge.get().map(|Gauge { used, quota }| view! {
            <label for="opslag">{format!("In gebruik: {} van {}.", size_nl(used), size_nl(quota))}</label>
            <progress id="opslag" max=quota.to_string() value=used.to_string()></progress>
        })
    };
    let promise = move || match persistent.get() {
        Some(true) => {
            view! { <p>"De browser heeft beloofd de gegevens van Aanbel niet zelf te verwijderen."</p> }
        }
        Some(false) => view! {
            <p>"De browser mag de gegevens van Aanbel verwijderen als het toestel vol raakt. Verstuur uw werk daarom elke dag. Staat Aanbel op uw beginscherm? Dan is de kans kleiner."</p>
            <button type="button" class="button" on:click=handle(ask)>"Vraag de browser om te bewaren"</button>
        },
        None => {
            view! { <p>"Deze browser zegt niet hoe goed hij gegevens bewaart. Verstuur uw werk elke dag."</p> }
        }
    };
    view! {
        <section aria-labelledby="opslagkop">
            <h2 id="opslagkop">"Opslag"</h2>
            {move || bar()}
            {move || promise()}
        </section>
    }
}

/// Bytes as people read them.
fn size_nl(bytes: u64) -> String {
    match bytes {
        1_000_000_000.. => format!("{} GB", bytes / 1_000_000_000),
        1_000_000.. => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} kB", bytes / 1_000),
    }
}

//! One joint visit: first as a plan, then the part that both organisations hold, and below it what this
//! side writes for itself. The other side's notes are on no phone of this one.

use super::head::Head;
use super::joints::{DOUBLE_NL, lacks, place_of, week};
use super::moment::MomentInput;
use super::ready::ReadyBar;
use super::records::RecordBadge;
use crate::browser::clock;
use crate::form::{FormFields, Subject, select_as_kept};
use crate::kit::kit;
use crate::route::Screen;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use aanbel_shared::programme::{Role, doubles, is_double};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Device;
use leptos::html::Select;

/// What stands behind an id: a plan, also before it is a record, or the visit that came of it.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Plan(WorklistId),
    Visit(RecordId),
    /// No week to plan in came from the server yet.
    NotReady,
}

fn shown(device: &Device, id: RecordId) -> Shown {
    let records = device.records();
    let record = records.get(id);
    if record.is_some_and(|record| record.kind == "joint_visit") {
        return Shown::Visit(id);
    }
    let made = record.and_then(|plan| plan.reference("visit"));
    match made.filter(|visit| records.get(*visit).is_some()) {
        Some(visit) => Shown::Visit(visit),
        None => record
            .map(|plan| plan.worklist)
            .or_else(|| week(records))
            .map_or(Shown::NotReady, Shown::Plan),
    }
}

#[component]
pub fn Joint(id: RecordId) -> impl IntoView {
    let session = kit().session;
    let role = session.device.with_untracked(|device| device.me().map(|me| me.role));
    let back_words = if role == Some(Role::Adviser) { "Mijn dossiers" } else { "Nieuwe huurders" };
    let shown = Memo::new(move |_| session.device.with(|device| shown(device, id)));
    let under = Signal::derive(move || {
        let at = if let Shown::Visit(visit) = shown.get() { visit } else { id };
        session.device.with(|device| device.records().get(at).map(place_of).unwrap_or_default())
    });
    let inside = move || match shown.get() {
        Shown::Plan(list) => {
            view! { <Plan subject=Subject::new(id, "joint_plan", list) role /> }
        }
        Shown::Visit(visit) => view! { <Visit visit role /> },
        Shown::NotReady => view! {
            <Banner tone=Tone::Warn>
                <p>"Dit toestel is hier nog niet klaar voor. Zorg één keer voor internet en druk op ‘Nu versturen’."</p>
            </Banner>
        },
    };
    view! {
        <main class="page page--with-bar" id="inhoud">
            <Head title="Samen op bezoek" under back=Screen::Today back_words />
            <Double of=Memo::new(move |_| if let Shown::Visit(visit) = shown.get() { visit } else { id }) />
            {inside}
        </main>
        <ReadyBar to=Screen::Today words="Klaar" />
    }
}

/// Another visit stands ahead for this home: when, as far as it is on this phone, and what to do about it.
#[component]
fn Double(of: Memo<RecordId>) -> impl IntoView {
    let session = kit().session;
    let others = Memo::new(move |_| {
        session.device.with(|device| {
            let records = device.records();
            let record = records.get(of.get()).filter(|record| is_double(records, record))?;
            let others = doubles(records, record).into_iter();
            Some(others.map(|other| (other.id, other.instant("at"))).collect::<Vec<_>>())
        })
    });
    drawn(move || {
        let others = others.get()?.into_iter().map(|(id, at_ms)| {
            let when = at_ms.map(|at_ms| clock::moment_nl(at_ms, clock::now_ms()));
            let when = when.unwrap_or_else(|| "Nog geen dag".to_owned());
            view! { <p><a href=Screen::Joint(id).path()>{when}</a></p> }
        });
        Some(view! {
            <Banner tone=Tone::Warn>
                <p>{format!("{DOUBLE_NL}. Gaat er één niet door? Kies daar ‘Afgezegd’.")}</p>
                {others.collect_view()}
            </Banner>
        })
    })
}

#[component]
fn Plan(subject: Subject, role: Option<Role>) -> impl IntoView {
    let session = kit().session;
    let id = subject.record;
    let known =
        Memo::new(move |_| session.device.with(|device| device.records().get(id).map(lacks)));
    let left = move || {
        let (tone, words) = match known.get()?.as_slice() {
            [] => (Tone::Info, "Klaar. De ander ziet dit bezoek zodra er internet is.".to_owned()),
            lacks => (Tone::Warn, format!("Nog nodig: {}.", lacks.join(", "))),
        };
        Some(view! { <Banner tone><p>{words}</p></Banner> })
    };
    let (when, with) = (subject.clone(), subject.clone());
    let partner =
        (role == Some(Role::Adviser)).then(|| view! { <Partner subject=subject.clone() /> });
    view! {
        {move || known.get().map(|_| view! {
            <p class="talk-state"><RecordBadge id /><span>"Alles wordt meteen bewaard."</span></p>
        })}
        <section class="part" aria-labelledby="waar">
            <h2 id="waar">"Waar en wanneer"</h2>
            <MomentInput subject=when />
            <FormFields subject=subject section="where" />
        </section>
        <section class="part" aria-labelledby="met-wie">
            <h2 id="met-wie">"Met wie"</h2>
            {partner}
            <FormFields subject=with section="with" skip=&["corporation"] />
        </section>
        {left}
    }
}

/// With which corporation: one of those that the server named in this week's list.
#[component]
fn Partner(subject: Subject) -> impl IntoView {
    let session = kit().session;
    let saved = RwSignal::new(Saved::Idle);
    let kept = subject.value(session, "corporation".to_owned());
    let chosen = Memo::new(move |_| {
        kept.with(|value| value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned())
    });
    let drawn = NodeRef::<Select>::new();
    select_as_kept(drawn, chosen, saved);
    let list = subject.worklist;
    let names = Memo::new(move |_| {
        session.device.with(|device| {
            let week = device.records().get(RecordId(list.0));
            let names = week.and_then(|week| week.str("partners")).unwrap_or_default();
            names.lines().map(str::to_owned).collect::<Vec<_>>()
        })
    });
    let id = format!("{}-corporatie", subject.record);
    let changed = move |event| {
        let name = event_target_value(&event);
        let value = if name.is_empty() { Value::Nothing } else { Value::text(name) };
        subject.save(session, "corporation", value, saved);
    };
    let options = move || {
        let option = |name: String| {
            let is_chosen = chosen.get() == name;
            view! { <option value=name.clone() selected=is_chosen>{name.clone()}</option> }
        };
        names.get().into_iter().map(option).collect_view()
    };
    view! {
        <div class="field">
            <label class="question" for=id.clone()>"Welke corporatie gaat mee?"</label>
            <select node_ref=drawn class="input" autocomplete="off" id=id on:change=handle(changed)>
                <option value="">"Kies een corporatie"</option>
                {options}
            </select>
            <SavedMark state=saved />
        </div>
    }
}

#[component]
fn Visit(visit: RecordId, role: Option<Role>) -> impl IntoView {
    let session = kit().session;
    let list = WorklistId(visit.0);
    let shared = move || Subject::new(visit, "joint_visit", list);
    let who = Memo::new(move |_| {
        session.device.with(|device| {
            let record = device.records().get(visit);
            let text = |field| record.and_then(|one| one.str(field)).map(str::to_owned);
            let nobody = || "nog niemand".to_owned();
            let corporation = text("corporation").unwrap_or_else(|| "de corporatie".to_owned());
            [
                format!("Van {corporation}: {}", text("home_by").unwrap_or_else(nobody)),
                format!("Van de gemeente: {}", text("welfare_by").unwrap_or_else(nobody)),
            ]
        })
    });
    let people = move || who.get().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <p class="talk-state"><RecordBadge id=visit /><span>"Dit zien u en de ander allebei."</span></p>
        <ul class="plain head__under">{people}</ul>
        <section class="part" aria-labelledby="bezoek">
            <h2 id="bezoek">"Het bezoek"</h2>
            <MomentInput subject=shared() />
            <FormFields subject=shared() section="visit" />
        </section>
        <section class="part" aria-labelledby="wensen">
            <h2 id="wensen">"Wensen over de woning"</h2>
            <p class="hint">"Deze wensen gaan naar de corporatie."</p>
            <FormFields subject=shared() section="wishes" />
        </section>
        {role.and_then(|role| own(visit, role))}
    }
}

/// What this side writes for itself.
fn own(visit: RecordId, role: Role) -> Option<AnyView> {
    let (kind, side, words) = match role {
        Role::Caretaker => {
            ("home_finding", "home", "Alleen de corporatie leest dit. De gemeente krijgt dit niet.")
        }
        Role::Adviser => (
            "welfare_finding",
            "welfare",
            "Alleen de gemeente leest dit. De corporatie krijgt dit niet.",
        ),
        _ => return None,
    };
    let list = WorklistId::from_parts(visit.0, side);
    let id = RecordId(list.0);
    let subject = Subject::new(id, kind, list);
    let session = kit().session;
    let is_kept =
        Memo::new(move |_| session.device.with(|device| device.records().get(id).is_some()));
    Some(view! {
        <section class="part" aria-labelledby="eigen">
            <h2 id="eigen">"Mijn eigen notities"</h2>
            <p class="remark"><Symbol icon=Icon::Lock />{words}</p>
            <FormFields subject />
            {move || is_kept.get().then(|| view! { <p class="card__foot"><RecordBadge id /></p> })}
        </section>
    })
}

//! A street: its doors in walking order, what is still to do, and several doors at once.

use super::head::{Head, NoLetter, NotHere};
use super::now::{moment, new_id};
use super::street_view::{Group, Row, StreetView};
use crate::browser::{clock, timer};
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::visit::{self, Place};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use leptos::task::spawn_local;
use std::collections::HashSet;

/// Which doors are ticked; none while doors are not being ticked.
type Ticked = RwSignal<Option<HashSet<RecordId>>>;
/// Which parts of the list show only what is still to do.
type Filtered = RwSignal<Vec<bool>>;
/// Doors in a part.
const PART: usize = 40;

#[component]
pub fn Street(id: WorklistId) -> impl IntoView {
    let Kit { session, .. } = kit();
    let street = Memo::new(move |_| session.device.with(|device| StreetView::of(device, id)));
    let is_here = Memo::new(move |_| street.with(Option::is_some));
    drawn(move || {
        if is_here.get() {
            view! { <Doors id street /> }
        } else {
            view! { <NotHere /> }
        }
    })
}

#[component]
fn Doors(id: WorklistId, street: Memo<Option<StreetView>>) -> impl IntoView {
    let todo_only = kit().todo_only;
    let ticked: Ticked = RwSignal::new(None);
    let get = move |read: fn(&StreetView) -> String| {
        Signal::derive(move || street.with(|street| street.as_ref().map(read).unwrap_or_default()))
    };
    let not_before = Memo::new(move |_| street.with(|street| street.as_ref()?.not_before));
    let groups = Memo::new(move |_| {
        street.with(|street| street.as_ref().map(|one| one.groups.clone()).unwrap_or_default())
    });
    let blocked = move || not_before.get().is_some();
    let ticking = Memo::new(move |_| ticked.with(Option::is_some));
    let filtered: Filtered = RwSignal::new(Vec::new());
    let settled = RwSignal::new(false);
    let list = move || {
        settled.set(false);
        spawn_local(settle(settled));
        let (blocked, ticking) = (blocked(), ticking.get());
        let groups = groups.get();
        let all: usize = groups.iter().map(|group| group.rows.len().div_ceil(PART)).sum();
        filtered.set(vec![todo_only.get_untracked(); all]);
        let mut first = 0;
        let numbered = groups.into_iter().map(|group| {
            let part = first;
            first += group.rows.len().div_ceil(PART);
            view! { <DoorGroup group part filtered ticked ticking blocked /> }
        });
        numbered.collect_view()
    };
    when(move || _ = todo_only.get(), move || spawn_local(filter(todo_only, filtered)));
    let all_done = move || {
        let open = street.with(|street| street.as_ref().map_or(0, |street| street.open));
        todo_only.get() && open == 0
    };
    view! {
        <main class="page page--with-bar" class:is-settled=move || settled.get() id="inhoud">
            <Head title=get(|street| street.name.clone()) under=get(|street| street.district.clone())
                back=Screen::Today back_words="Vandaag" />
            {move || not_before.get().map(|day| view! {
                <Banner tone=Tone::Warn>
                    <p>{format!("Bel hier nog niet aan. De brief komt op {}.", clock::day_nl(day))}</p>
                </Banner>
            })}
            <NoLetter is_so=Signal::derive(move || street.with(|street| street.as_ref().is_some_and(|one| one.no_letter))) />
            <Tools street ticked blocked=Signal::derive(blocked) />
            {move || all_done().then(|| view! { <p>"Hier is niets meer te doen. Goed gewerkt!"</p> })}
            {move || list()}
            <TakenOff street />
        </main>
        {move || ticked.with(Option::is_some).then(|| view! { <TickedBar id ticked /> })}
    }
}

/// All doors or only what is still to do; and ticking several.
#[component]
fn Tools(street: Memo<Option<StreetView>>, ticked: Ticked, blocked: Signal<bool>) -> impl IntoView {
    let todo_only = kit().todo_only;
    let count = move |read: fn(&StreetView) -> usize| {
        street.with(|street| street.as_ref().map(read).unwrap_or_default())
    };
    let choice = move |todo: bool, label: &'static str, read: fn(&StreetView) -> usize| {
        view! {
            <label class="choice choice--segment">
                <input type="radio" autocomplete="off" name="welke" prop:checked=move || todo_only.get() == todo
                    on:change=handle(move |_| todo_only.set(todo)) />
                <span class="choice__label">{move || format!("{label} ({})", count(read))}</span>
            </label>
        }
    };
    view! {
        <div class="tools">
            <fieldset class="segments">
                <legend class="visually-hidden">"Welke deuren"</legend>
                {choice(false, "Alle", |street| street.doors)}
                {choice(true, "Nog te doen", |street| street.open)}
            </fieldset>
            {move || (!blocked.get() && ticked.with(Option::is_none)).then(|| view! {
                <button type="button" class="button--quiet" on:click=handle(move |_| ticked.set(Some(HashSet::new())))>
                    <Symbol icon=Icon::Check />
                    "Meer deuren tegelijk"
                </button>
            })}
        </div>
    }
}

/// Brings the parts of the list to what is asked, one per frame: to hide or show hundreds of rows at once
/// holds up a slow phone. Drawing them anew takes it a second, so what is done is hidden by a class.
async fn filter(todo_only: RwSignal<bool>, filtered: Filtered) {
    loop {
        let (Some(todo), Some(parts)) =
            (todo_only.try_get_untracked(), filtered.try_get_untracked())
        else {
            return;
        };
        let Some(next) = parts.iter().position(|part| *part != todo) else { return };
        filtered.update(|parts| {
            if let Some(part) = parts.get_mut(next) {
                *part = todo;
            }
        });
        timer::next_frame().await;
    }
}

/// Lets the browser leave out the parts that are out of sight, which is most of the work of a filter. Not
/// before it has measured them: where the person was in the street would move else.
async fn settle(settled: RwSignal<bool>) {
    timer::next_frame().await;
    timer::next_frame().await;
    settled.try_set(true);
}

#[component]
fn DoorGroup(
    group: Group,
    /// Number of its first part.
    part: usize,
    filtered: Filtered,
    ticked: Ticked,
    ticking: bool,
    blocked: bool,
) -> impl IntoView {
    let is_todo =
        move |part: usize| filtered.with(|parts| parts.get(part).copied().unwrap_or_default());
    let open = group.rows.iter().filter(|row| !row.done && !row.agreed);
    let ids: Vec<RecordId> = open.map(|row| row.id).collect();
    let tick_all = move |_| {
        ticked.update(|ticked| {
            if let Some(ticked) = ticked {
                ticked.extend(&ids);
            }
        });
    };
    let is_done = group.rows.iter().all(|row| row.done);
    let parts = group.rows.chunks(PART).enumerate().map(|(place, rows)| {
        let class = if rows.iter().all(|row| row.done) { "rows done" } else { "rows" };
        let rows = rows.iter().cloned().map(|row| {
            let class = row.done.then_some("done");
            view! { <li class=class><DoorRow row ticked ticking blocked /></li> }
        });
        let number = part + place;
        view! { <ul class=class class:todo=move || is_todo(number)>{rows.collect_view()}</ul> }
    });
    let parts = parts.collect_view();
    view! {
        <section class=if is_done { "group done" } else { "group" } class:todo=move || is_todo(part)>
            <div class="group__head">
                <h2>{group.title}</h2>
                {ticking.then(|| view! {
                    <button type="button" class="button--quiet" on:click=handle(tick_all)>
                        "Kies alle open deuren"
                    </button>
                })}
            </div>
            {parts}
        </section>
    }
}

/// A row follows no signal of its own, save for its tick: there are hundreds of them.
#[component]
fn DoorRow(row: Row, ticked: Ticked, ticking: bool, blocked: bool) -> impl IntoView {
    let (id, path) = (row.id, Screen::Door(row.id).path());
    let class = if row.done { "row row--done" } else { "row" };
    let inside = view! { <RowInside row /> };
    match (ticking, blocked) {
        (true, _) => view! { <label class=class><Tick id ticked />{inside}</label> },
        (_, true) => view! { <div class=class>{inside}</div> },
        _ => view! { <a class=class href=path>{inside}</a> },
    }
}

#[component]
fn Tick(id: RecordId, ticked: Ticked) -> impl IntoView {
    let is_ticked =
        move || ticked.with(|ticked| ticked.as_ref().is_some_and(|ids| ids.contains(&id)));
    let tick = move |event| {
        let on = event_target_checked(&event);
        ticked.update(|ticked| {
            if let Some(ids) = ticked {
                if on {
                    ids.insert(id)
                } else {
                    ids.remove(&id)
                };
            }
        });
    };
    view! { <input class="row__tick" type="checkbox" autocomplete="off" prop:checked=is_ticked on:change=handle(tick) /> }
}

#[component]
fn RowInside(row: Row) -> impl IntoView {
    view! {
        <span class="row__number">{row.number}</span>
        <span class="row__state">
            <Symbol icon=row.icon />
            <span>
                {row.words}
                {row.best.map(|best| view! { <span class="row__best">{format!("Probeer het in de {best}")}</span> })}
            </span>
        </span>
    }
}

/// Who wanted no visit is not on the list; today's own taps can be looked at once more.
#[component]
fn TakenOff(street: Memo<Option<StreetView>>) -> impl IntoView {
    drawn(move || {
        let off = street.with(|street| street.as_ref().map(|one| one.off_today.clone()));
        let off = off.unwrap_or_default();
        (!off.is_empty()).then(|| {
            let links = off
                .into_iter()
                .map(|(id, number)| view! { <li><a href=Screen::Door(id).path()>{format!("Nummer {number}")}</a></li> })
                .collect_view();
            view! {
                <section class="card">
                    <h2>"Vandaag van de lijst gehaald"</h2>
                    <p>"Deze bewoners willen geen bezoek. Was het een vergissing? Open de deur en maak het ongedaan."</p>
                    <ul class="plain-list">{links}</ul>
                </section>
            }
        })
    })
}

/// What the ticked doors get, in one commit.
#[component]
fn TickedBar(id: WorklistId, ticked: Ticked) -> impl IntoView {
    let Kit { session, toast, .. } = kit();
    let count = move || ticked.with(|ticked| ticked.as_ref().map(HashSet::len).unwrap_or_default());
    let busy = RwSignal::new(false);
    let nobody = move |_| {
        let doors = ticked.get_untracked().unwrap_or_default();
        if doors.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        let now = moment(session);
        let attempts: Vec<Change> = doors
            .into_iter()
            .map(|address| {
                let place = Place { address, worklist: id };
                visit::attempt(new_id(now), place, now, "nobody").with("bulk", Value::Bool(true))
            })
            .collect();
        let undo = taking_back(&attempts);
        spawn_local(async move {
            let many = attempts.len();
            match session.commit(attempts).await {
                Ok(()) => {
                    toast.say(format!("{many} keer niemand thuis, bewaard op dit toestel."), undo);
                    ticked.try_set(None);
                }
                Err(error) => toast.say(error.sentence_nl(), Vec::new()),
            }
            busy.try_set(false);
        });
    };
    view! {
        <aside class="bottom-bar" aria-label="Meer deuren tegelijk">
            <button type="button" class="button" on:click=handle(move |_| ticked.set(None))>
                <Symbol icon=Icon::Cross />
                <span class="visually-hidden">"Stoppen met kiezen"</span>
            </button>
            <button type="button" class="button button--primary" aria-disabled=move || (count() == 0).to_string() on:click=handle(nobody)>
                <Symbol icon=Icon::Moon />
                {move || format!("Niemand thuis ({})", count())}
            </button>
        </aside>
    }
}

/// What withdraws records that are about to be made.
fn taking_back(made: &[Change]) -> Vec<Change> {
    let taken = |change: &Change| {
        Change::new(change.record, &change.kind, change.worklist)
            .with("withdrawn", Value::Bool(true))
    };
    made.iter().map(taken).collect()
}

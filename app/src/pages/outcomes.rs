//! What happened at the door: the first tap is kept at once, a second row corrects or adds.

use super::now::{moment, new_id};
use crate::form::{FormFields, Subject, tick_as_kept, words};
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use crate::visit::{self, Place, TalkIds};
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use leptos::html::Input;
use leptos::task::spawn_local;

/// Outcomes that stand behind "Anders".
const OTHERS: [&str; 5] = ["come_back", "language", "moved", "empty", "opted_out"];

/// `fresh` is the attempt that was made last on this screen.
#[component]
pub fn Outcomes(place: Place, fresh: RwSignal<Option<RecordId>>) -> impl IntoView {
    let kit = kit();
    let others = RwSignal::new(false);
    let busy = RwSignal::new(false);
    // A tab that only looks on says so above; its buttons say it too.
    let looks_on = move || (!kit.session.writes.get()).to_string();
    let tap = Callback::new(move |result: &'static str| {
        others.set(false);
        record(kit, place, result, fresh, busy);
    });
    let start = move |_| start_talk(kit, place, busy);
    let button = move |icon: Icon, label: &'static str, result: &'static str| {
        view! {
            <button type="button" class="outcome" aria-disabled=move || looks_on() on:click=handle(move |_| tap.run(result))>
                <Symbol icon />
                {label}
            </button>
        }
    };
    let more = move || {
        others.get().then(|| {
            let buttons = OTHERS
                .map(|result| {
                    let label = words::choice("attempt", "result", result);
                    view! {
                        <button type="button" class="outcome outcome--small" aria-disabled=move || looks_on() on:click=handle(move |_| tap.run(result))>{label}</button>
                    }
                })
                .into_iter()
                .collect_view();
            view! { <div class="outcomes outcomes--more" id="anders">{buttons}</div> }
        })
    };
    view! {
        <section aria-labelledby="wat">
            <h2 id="wat">"Wat gebeurt er?"</h2>
            <div class="outcomes">
                {button(Icon::Moon, "Niemand thuis", "nobody")}
                {button(Icon::Clock, "Gesproken, geen tijd", "no_time")}
                {button(Icon::Cross, "Geen interesse", "no_interest")}
                <button type="button" class="outcome" aria-expanded=move || others.get().to_string()
                    aria-controls="anders" on:click=handle(move |_| others.update(|open| *open = !*open))>
                    <Symbol icon=Icon::Flag />
                    "Anders"
                </button>
                <button type="button" class="outcome outcome--talk" aria-disabled=move || looks_on() on:click=handle(start)>
                    <Symbol icon=Icon::Speech />
                    "Gesprek beginnen"
                </button>
            </div>
            {move || more()}
        </section>
    }
}

/// Keeps one outcome; the row that then appears corrects it or takes it back.
fn record(
    kit: Kit,
    place: Place,
    result: &'static str,
    fresh: RwSignal<Option<RecordId>>,
    busy: RwSignal<bool>,
) {
    if busy.get_untracked() {
        return; // A second tap of the same thumb.
    }
    busy.set(true);
    let Kit { session, toast, .. } = kit;
    let now = moment(session);
    let id = new_id(now);
    let changes = visit::outcome(id, place, now, result);
    spawn_local(async move {
        match session.commit(changes).await {
            Ok(()) => {
                fresh.try_set(Some(id));
            }
            Err(error) => toast.say(error.sentence_nl(), Vec::new()),
        }
        busy.try_set(false);
    });
}

/// Keeps attempt, talk and household in one commit and opens the talk.
fn start_talk(kit: Kit, place: Place, busy: RwSignal<bool>) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    let Kit { session, toast, router, .. } = kit;
    let here = router.screen.get_untracked();
    let now = moment(session);
    let known = session
        .device
        .with_untracked(|device| visit::household_at(device.records(), place.address));
    let ids = TalkIds {
        attempt: new_id(now),
        talk: new_id(now),
        household: known.unwrap_or_else(|| new_id(now)),
    };
    let changes = visit::talk(ids, place, now, known.is_some());
    spawn_local(async move {
        match session.commit(changes).await {
            Ok(()) => router.go_on(here, Screen::Talk(ids.talk)),
            Err(error) => toast.say(error.sentence_nl(), Vec::new()),
        }
        busy.try_set(false);
    });
}

/// What was just kept, in place of the buttons: what the tap assumed can be corrected, a card in the
/// box added, and all of it taken back.
#[component]
pub fn Fresh(place: Place, id: RecordId, result: String, again: Callback<()>) -> impl IntoView {
    let subject = Subject::new(id, "attempt", place.worklist);
    let label = words::choice("attempt", "result", &result).to_owned();
    let nobody = result == "nobody";
    view! {
        <section class="card card--fresh" aria-labelledby="zojuist">
            <div role="status">
                <h2 id="zojuist"><Symbol icon=Icon::Check />{format!("Bewaard op dit toestel: {label}")}</h2>
            </div>
            {nobody.then(|| view! { <CardLeft subject=subject.clone() /> })}
            <FormFields subject skip=&["channel", "result", "card", "bulk"] ahead=&["come_back_on"] />
            <div class="card__foot">
                <TakeBack id />
                <button type="button" class="button--quiet" on:click=handle(move |_| again.run(()))>
                    "Er gebeurde nog iets"
                </button>
            </div>
        </section>
    }
}

/// Withdraws one of today's own attempts, with all that came from it.
#[component]
pub fn TakeBack(id: RecordId) -> impl IntoView {
    let Kit { session, toast, .. } = kit();
    let take_back = move |_| {
        let changes =
            session.device.with_untracked(|device| visit::withdraw(device.records(), &[id]));
        spawn_local(async move {
            match session.commit(changes).await {
                Ok(()) => toast.say("Ongedaan gemaakt.", Vec::new()),
                Err(error) => toast.say(error.sentence_nl(), Vec::new()),
            }
        });
    };
    view! {
        <button type="button" class="button--quiet" on:click=handle(take_back)>
            <Symbol icon=Icon::Undo />
            "Ongedaan maken"
        </button>
    }
}

/// A tick and not yes or no: one tap, and no card is what happens most.
#[component]
fn CardLeft(subject: Subject) -> impl IntoView {
    let session = kit().session;
    let saved = RwSignal::new(Saved::Idle);
    let kept = subject.value(session, "card".into());
    let checked = Memo::new(move |_| {
        kept.with(|value| value.as_ref().and_then(Value::as_bool) == Some(true))
    });
    let drawn = NodeRef::<Input>::new();
    tick_as_kept(drawn, checked, saved);
    let tick = move |event| {
        let on = event_target_checked(&event);
        subject.save(session, "card", Value::Bool(on), saved);
    };
    view! {
        <div class="field">
            <label class="choice">
                <input node_ref=drawn type="checkbox" autocomplete="off" name="card" prop:checked=move || checked.get() on:change=handle(tick) />
                <span class="choice__label">{words::label("attempt", "card")}</span>
            </label>
            <SavedMark state=saved />
        </div>
    }
}

/// What withdraws one record.
pub fn withdrawal(subject: &Subject) -> Change {
    Change::new(subject.record, subject.kind, subject.worklist).with("withdrawn", Value::Bool(true))
}

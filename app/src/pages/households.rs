//! The households at one door: each has a talk of its own under the same visit, with its own answers
//! and its own checklist. Here one goes from one to the other, or adds one.

use super::now::{moment, new_id};
use crate::form::words;
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::ui::prelude::*;
use crate::visit::{self, Place, TalkIds};
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::{Change, Device};
use leptos::task::spawn_local;

/// One household as it is listed.
#[derive(Clone, PartialEq)]
struct Listed {
    /// Its talk; none when nobody of this visit spoke with it.
    talk: Option<RecordId>,
    household: RecordId,
    name: String,
}

/// `talk` is the one on the screen.
#[component]
pub fn Households(place: Place, attempt: RecordId, talk: RecordId) -> impl IntoView {
    let session = kit().session;
    let busy = RwSignal::new(false);
    let listed = Memo::new(move |_| session.device.with(|device| listed(device, place, attempt)));
    let begun = move || listed.get().into_iter().filter(|one| one.talk.is_some());
    let several = move || begun().count() > 1;
    let links = move || {
        begun()
            .filter_map(|one| {
                let to = one.talk?;
                let current = (to == talk).then_some("page");
                Some(view! {
                    <li><a class="household" href=Screen::Talk(to).path() aria-current=current>{one.name}</a></li>
                })
            })
            .collect_view()
    };
    let known = move || {
        let others = listed.get().into_iter().filter(|one| one.talk.is_none());
        let words = |one: Listed| (format!("Erbij: {}", one.name), Some(one.household));
        others.map(words).collect::<Vec<_>>()
    };
    let buttons = move || {
        let new = ("Nog een huishouden op dit adres".to_owned(), None);
        let all = known().into_iter().chain([new]);
        all.map(|(words, household)| view! {
            <button type="button" class="button--quiet" on:click=handle(move |_| add(place, attempt, household, busy))>{words}</button>
        })
        .collect_view()
    };
    view! {
        <nav class="households" aria-label="Huishoudens op dit adres">
            {move || several().then(|| view! { <ul>{move || links()}</ul> })}
            {move || buttons()}
        </nav>
    }
}

/// The households of this visit first, in the order in which their talks began; then the others that
/// are known at the address.
fn listed(device: &Device, place: Place, attempt: RecordId) -> Vec<Listed> {
    let records = device.records();
    let mut talks: Vec<_> = records
        .pointing("talk", "attempt", attempt)
        .filter_map(|talk| Some((talk.id, talk.reference("household")?)))
        .collect();
    talks.sort_unstable();
    let met: Vec<RecordId> = talks.iter().map(|(_, household)| *household).collect();
    let known = records.pointing("household", "address", place.address).map(|one| one.id);
    let others = known.filter(|id| !met.contains(id)).map(|id| (None, id));
    let all = talks.iter().map(|(talk, household)| (Some(*talk), *household)).chain(others);
    all.enumerate()
        .map(|(number, (talk, household))| {
            let record = records.get(household);
            let composition = record.and_then(|record| record.str("composition"));
            let label = composition.map(|key| {
                let label = words::value("household", "composition", &Value::choice(key));
                format!(": {}", label.to_lowercase())
            });
            let name = format!("Huishouden {}{}", number + 1, label.unwrap_or_default());
            Listed { talk, household, name }
        })
        .collect()
}

/// Begins a talk with one more household and goes there.
fn add(place: Place, attempt: RecordId, known: Option<RecordId>, busy: RwSignal<bool>) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    let Kit { session, toast, router, .. } = kit();
    let here = router.screen.get_untracked();
    let now = moment(session);
    let household = known.unwrap_or_else(|| new_id(now));
    let ids = TalkIds { attempt, talk: new_id(now), household };
    let changes = visit::talk_with(ids, place, now, known.is_some());
    let taken = |change: &Change| {
        Change::new(change.record, &change.kind, change.worklist)
            .with("withdrawn", Value::Bool(true))
    };
    let undo = changes.iter().map(taken).collect();
    spawn_local(async move {
        match session.commit(changes).await {
            Ok(()) => {
                router.go_on(here, Screen::Talk(ids.talk));
                toast.say("Nog een huishouden op dit adres.", undo);
            }
            Err(error) => toast.say(error.sentence_nl(), Vec::new()),
        }
        busy.try_set(false);
    });
}

//! Choosing an address from those of one's own corporation: typing narrows the list, choosing fills the
//! offer in. Typing it by hand stays possible, in the fields below.

use crate::form::Subject;
use crate::kit::{Kit, kit};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::record::{Record, Records, Value};
use aanbel_shared::sync::Change;
use leptos::task::spawn_local;

/// So many addresses are offered at once.
const SHOWN_MAX: usize = 8;
/// What an offer takes over of a home.
const FIELDS: [&str; 5] = ["street", "number", "addition", "postcode", "town"];

/// Nothing when this corporation gave no addresses.
#[component]
pub fn Homes(subject: Subject) -> impl IntoView {
    let Kit { session, toast, .. } = kit();
    let typed = RwSignal::new(String::new());
    let has_homes = Memo::new(move |_| {
        session.device.with(|device| device.records().of_kind("home").next().is_some())
    });
    let found = Memo::new(move |_| {
        let words = typed.get();
        session.device.with(|device| matching(device.records(), &words))
    });
    let subject = StoredValue::new(subject);
    let choose = move |home: Vec<(&'static str, Value)>| {
        let (record, list) = subject.with_value(|subject| (subject.record, subject.worklist));
        let change = Change::new(record, "offer", list);
        let change =
            home.into_iter().fold(change, |change, (field, value)| change.with(field, value));
        spawn_local(async move {
            match session.commit(vec![change]).await {
                Ok(_) => typed.set(String::new()),
                Err(error) => toast.say(error.sentence_nl(), Vec::new()),
            }
        });
    };
    let buttons = move || {
        found.get().into_iter().map(|(words, home)| {
            view! {
                <li>
                    <button type="button" class="button button--wide" on:click=move |_| choose(home.clone())>
                        <Symbol icon=Icon::Check />
                        {words}
                    </button>
                </li>
            }
        }).collect_view()
    };
    move || {
        has_homes.get().then(|| view! {
        <div class="field">
            <label class="question" for="woning">"Zoek het adres van de woning"</label>
            <p class="hint" id="woning-uitleg">"Typ straat en nummer, of de postcode. Staat het er niet bij? Vul het hieronder zelf in."</p>
            <input class="input" type="text" id="woning" autocomplete="off" aria-describedby="woning-uitleg"
                prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
            <ul class="plain" aria-label="Gevonden adressen">{move || buttons()}</ul>
        </div>
    })
    }
}

type Found = (String, Vec<(&'static str, Value)>);

/// The first homes of which each typed word begins a word; none before two letters. A postcode may be
/// typed with a space.
fn matching(records: &Records, typed: &str) -> Vec<Found> {
    let typed = typed.trim().to_lowercase();
    let squeezed: String = typed.split_whitespace().collect();
    if squeezed.chars().count() < 2 {
        return Vec::new();
    }
    let fits = |text: &str| {
        let text = text.to_lowercase();
        let begins = |word: &str| text.split([' ', ',']).any(|part| part.starts_with(word));
        typed.split_whitespace().all(begins) || text.replace(' ', "").contains(&squeezed)
    };
    let homes = records.of_kind("home").map(|home| (home, words_of(home)));
    let mut homes: Vec<(&Record, String)> = homes.filter(|(_, text)| fits(text)).collect();
    homes.sort_by_cached_key(|(home, _)| {
        (home.str("street").map(str::to_owned), home.int("number"), home.id)
    });
    homes.truncate(SHOWN_MAX);
    homes.into_iter().map(|(home, text)| (text, filled(home))).collect()
}

fn words_of(home: &Record) -> String {
    let text = |field| home.str(field).unwrap_or_default();
    let number = home.int("number").map(|number| number.to_string()).unwrap_or_default();
    let addition = match text("addition") {
        "" => String::new(),
        addition => format!(" {addition}"),
    };
    let rest: Vec<&str> =
        [text("postcode"), text("town")].into_iter().filter(|part| !part.is_empty()).collect();
    let place = if rest.is_empty() { String::new() } else { format!(", {}", rest.join(" ")) };
    format!("{} {number}{addition}{place}", text("street"))
}

/// The fields of an offer as this home has them; what it does not have is emptied.
fn filled(home: &Record) -> Vec<(&'static str, Value)> {
    FIELDS.map(|field| (field, home.get(field).cloned().unwrap_or(Value::Nothing))).to_vec()
}

//! What a card tells about one household: what was agreed and when, and nothing else of it.

use super::super::talk::TalkView;
use super::places;
use crate::browser::clock;
use crate::form::words;
use crate::route::Screen;
use aanbel_shared::card::{Agreement, Paper, Phrase};
use aanbel_shared::record::{Record, RecordId, Records};
use aanbel_shared::scheme::Scheme;
use aanbel_shared::sync::Device;

/// All of it, as it was when the card was opened.
pub struct Given {
    /// Code of the language of the talk; empty when it was not asked.
    pub language: String,
    pub paper: Paper,
    /// Where the phone goes when it is back in the volunteer's hands.
    pub back: Screen,
}

impl Given {
    /// For a talk, for an address, or for what is not on this phone: the general card.
    pub fn of(device: &Device, about: RecordId) -> Given {
        let records = device.records();
        let record = records.get(about);
        let talk = TalkView::of(device, about).filter(|talk| !talk.withdrawn);
        let language = record.and_then(|talk| talk.str("language")).unwrap_or_default().to_owned();
        let paper = Paper {
            talked_on: talk.and_then(|talk| talk.at_ms).map(clock::local_day),
            agreements: talk.map(|talk| agreements(records, &talk)),
            days: days(records, about, talk.map_or(about, |talk| talk.address)),
            municipality: places::municipality(),
        };
        let back = match record.map(|record| record.kind.as_str()) {
            Some("talk") => Screen::Talk(about),
            Some("address") => Screen::Door(about),
            _ => Screen::Today,
        };
        Given { language, paper, back }
    }
}

/// When somebody calls or comes back, from today on.
fn days(records: &Records, talk: RecordId, address: RecordId) -> Vec<(Phrase, i32)> {
    let today = clock::local_day(clock::now_ms());
    let mut days = Vec::new();
    let mut add = |phrase: Phrase, day: Option<i32>| {
        days.extend(day.filter(|day| *day >= today).map(|day| (phrase, day)));
    };
    for call in records.pointing("follow_up", "talk", talk) {
        if call.bool("wanted") == Some(true) {
            add(Phrase::CallOn, call.date("due_on"));
        }
    }
    // Only the last visit counts: who came back since need not come again.
    let visits = records.pointing("attempt", "address", address);
    let last = visits.max_by_key(|visit| visit.instant("at"));
    add(Phrase::ComeBackOn, last.and_then(|visit| visit.date("come_back_on")));
    days
}

/// Schemes in the order of the checklist, then whom the resident was referred to.
fn agreements(records: &Records, talk: &TalkView) -> Vec<Agreement> {
    let mut agreements = Vec::new();
    for scheme in places::schemes() {
        let check = records.get(RecordId::from_parts(talk.household.0, &scheme.id));
        agreements.extend(check.and_then(|check| of_check(check, scheme)));
    }
    for referral in records.pointing("referral", "talk", talk.talk) {
        agreements.extend(of_referral(referral));
    }
    agreements
}

/// A scheme on which something was agreed.
fn of_check(check: &Record, scheme: &Scheme) -> Option<Agreement> {
    let state = match check.str("use")? {
        "wants" => Phrase::Wants,
        "together_applied" => Phrase::Applied,
        "referred" => Phrase::Referred,
        _ => return None,
    };
    (!check.is_withdrawn()).then(|| Agreement {
        name: scheme.name.clone(),
        line: [scheme.line.clone(), scheme.line_en.clone()],
        state,
        note: check.str("agreed").map(str::to_owned),
        place: places::organisation(&scheme.apply_at),
        documents: scheme.documents.clone(),
    })
}

/// An organisation that the resident agreed to go to.
fn of_referral(referral: &Record) -> Option<Agreement> {
    let organisation = referral.str("organisation")?;
    if referral.bool("consent") == Some(false) {
        return None;
    }
    Some(Agreement {
        name: words::choice("referral", "organisation", organisation).to_owned(),
        state: match referral.str("way") {
            Some("warm") => Phrase::Warm,
            Some("cold") => Phrase::Cold,
            _ => Phrase::Referred,
        },
        note: referral.str("reason").map(str::to_owned),
        ..Agreement::default()
    })
}

//! What a card tells about one household: what was agreed and when, and nothing else of it. No name,
//! no address, no answer to a question.

use super::super::talk::TalkView;
use super::places::{self, Place};
use crate::browser::clock;
use crate::form::words;
use crate::route::Screen;
use aanbel_shared::card::Phrase;
use aanbel_shared::record::{Record, RecordId, Records};
use aanbel_shared::sync::Device;

/// All of it, as it was when the card was opened.
pub struct Given {
    /// Code of the language of the talk; empty when it was not asked.
    pub language: String,
    pub talked_on: Option<i32>,
    /// None where nobody talked yet.
    pub agreements: Option<Vec<Agreement>>,
    /// What happens on which day.
    pub days: Vec<(Phrase, i32)>,
    /// Where the phone goes when it is back in the volunteer's hands.
    pub back: Screen,
}

/// One thing that was agreed.
pub struct Agreement {
    /// A scheme or an organisation, in Dutch.
    pub name: String,
    /// What the scheme is, in Dutch and English; empty for an organisation.
    pub line: [String; 2],
    pub state: Phrase,
    /// What the volunteer wrote down.
    pub note: Option<String>,
    pub place: Option<Place>,
    pub documents: Vec<String>,
}

impl Given {
    /// For a talk, for an address, or for what is not on this phone: the general card.
    pub fn of(device: &Device, about: RecordId) -> Given {
        let records = device.records();
        let talk = TalkView::of(device, about).filter(|talk| !talk.withdrawn);
        let address = talk.map_or(about, |talk| talk.address);
        let mut days: Vec<(Phrase, i32)> = Vec::new();
        let calls = records.pointing("follow_up", "talk", about);
        let call_on =
            |call: &Record| call.date("due_on").filter(|_| call.bool("wanted") == Some(true));
        days.extend(calls.filter_map(call_on).map(|day| (Phrase::CallOn, day)));
        let visits = records.pointing("attempt", "address", address);
        let come_back = visits.max_by_key(|visit| visit.instant("at"));
        let come_back_on = come_back.and_then(|visit| visit.date("come_back_on"));
        days.extend(come_back_on.map(|day| (Phrase::ComeBackOn, day)));
        let today = clock::local_day(clock::now_ms());
        days.retain(|(_, day)| *day >= today);
        Given {
            language: records
                .get(about)
                .and_then(|talk| talk.str("language"))
                .unwrap_or_default()
                .to_owned(),
            talked_on: talk.and_then(|talk| talk.at_ms).map(clock::local_day),
            agreements: talk.map(|talk| agreements(records, &talk)),
            days,
            back: match records.get(about).map(|record| record.kind.as_str()) {
                Some("talk") => Screen::Talk(about),
                Some("address") => Screen::Door(about),
                _ => Screen::Today,
            },
        }
    }
}

/// Schemes in the order of the checklist, then whom the resident was referred to.
fn agreements(records: &Records, talk: &TalkView) -> Vec<Agreement> {
    let checks = records.pointing("scheme_check", "household", talk.household);
    let mut schemes: Vec<(usize, Agreement)> = checks.filter_map(of_check).collect();
    schemes.sort_by_key(|(order, _)| *order);
    let referrals = records.pointing("referral", "talk", talk.talk).filter_map(of_referral);
    schemes.into_iter().map(|(_, scheme)| scheme).chain(referrals).collect()
}

/// A scheme on which something was agreed.
fn of_check(check: &Record) -> Option<(usize, Agreement)> {
    let state = match check.str("use")? {
        "wants" => Phrase::Wants,
        "together_applied" => Phrase::Applied,
        "referred" => Phrase::Referred,
        _ => return None,
    };
    let scheme = places::scheme(check.str("scheme")?)?;
    let agreement = Agreement {
        name: scheme.name,
        line: scheme.line,
        state,
        note: check.str("agreed").map(str::to_owned),
        place: scheme.apply_at,
        documents: scheme.documents,
    };
    Some((scheme.order, agreement))
}

/// An organisation that the resident agreed to go to.
fn of_referral(referral: &Record) -> Option<Agreement> {
    let organisation = referral.str("organisation")?;
    if referral.bool("consent") == Some(false) {
        return None;
    }
    Some(Agreement {
        name: words::choice("referral", "organisation", organisation).to_owned(),
        line: Default::default(),
        state: match referral.str("way") {
            Some("warm") => Phrase::Warm,
            Some("cold") => Phrase::Cold,
            _ => Phrase::Referred,
        },
        note: referral.str("reason").map(str::to_owned),
        place: None,
        documents: Vec::new(),
    })
}

//! Fills an empty folder with the demo's story, through the real paths: the import, real phones,
//! the real exchange. So the demo holds nothing that a visit could not have made.

use crate::access::{MadeUpKey, PersonId, codes, people};
use crate::campaigns::{self, Campaign};
use crate::cases::{self, capacity};
use crate::config::Config;
use crate::demo::{
    CAMPAIGN, CORPORATIONS, Hand, List, PEOPLE, PHONES, RecordChange, Scene, Step, Story,
    StoryEvent, TOWN, address_csv, case_of, scenes, story,
};
use crate::import::{self, ADDRESS_NAMESPACE};
use crate::state::AppState;
use crate::store::{self, StoreError, append_office};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::{
    COMPACT_TYPE, Change, Device, EnrolReply, EnrolRequest, PROTOCOL, decode_plain, decode_reply,
    encode_plain, encode_request,
};
use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use indicatif::{ProgressBar, ProgressStyle};
use rusqlite::Connection;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt;
use uuid::Uuid;

/// Version that the story's phones say they have.
const APP: &str = "demo";
/// The story is made here and moved into place whole, so that a half one never stays.
const WORKSHOP: &str = "demo-in-de-maak";
const DAY_MS: i64 = 86_400_000;

/// Fills `data`, which has no database yet, and marks it with `mark`.
pub async fn fill(data: &Path, mark: &'static str) -> Result<()> {
    let workshop = data.join(WORKSHOP);
    if workshop.exists() {
        std::fs::remove_dir_all(&workshop)?;
    }
    let now_ms = crate::state::wall_clock()();
    let finished = data.join("demo-klaar.db");
    drop(std::fs::remove_file(&finished));
    play(&workshop, now_ms, mark, &finished).await?;
    std::fs::rename(&finished, data.join(store::DATABASE))?;
    std::fs::remove_dir_all(&workshop)?;
    Ok(())
}

async fn play(workshop: &Path, now_ms: i64, mark: &'static str, finished: &Path) -> Result<()> {
    let story = story(now_ms);
    let scenes = scenes(now_ms);
    let clock = Arc::new(AtomicI64::new(first_ms(&story, &scenes, now_ms)));
    let hands = clock.clone();
    let config = Config { data: workshop.to_owned(), ..Config::default() };
    let state = AppState::open(config, Arc::new(move || hands.load(Ordering::Relaxed)))?;
    let mut player = Player::begin(state, clock, &story).await?;
    let style = ProgressStyle::with_template("Demo [{bar:40}] {pos}/{len}")?;
    let bar = ProgressBar::new(story.events.len() as u64).with_style(style);
    let mut scenes = scenes.into_iter().peekable();
    for event in &story.events {
        while let Some(scene) = scenes.next_if(|scene| scene.at_ms <= event.at_ms) {
            player.scene(&scene).await?;
        }
        player.event(event).await?;
        bar.inc(1);
    }
    for scene in scenes {
        player.scene(&scene).await?;
    }
    crate::erase::withdrawn::erase(&player.state).await?;
    bar.finish_and_clear();
    let copy = finished.display().to_string();
    let set_mark = move |tx: &Connection| store::set_text(tx, mark, "1");
    player.state.writer.write(set_mark).await?;
    // SQLite fills a file that is there and empty.
    store::private::make(finished)?;
    let connection = Connection::open(workshop.join(store::DATABASE))?;
    connection.execute("VACUUM INTO ?1", [copy])?;
    Ok(())
}

/// A week before anything happens: the office prepares.
fn first_ms(story: &Story, scenes: &[Scene], now_ms: i64) -> i64 {
    let events = story.events.first().map(|event| event.at_ms);
    let offers = scenes.first().map(|scene| scene.at_ms);
    events.into_iter().chain(offers).min().unwrap_or(now_ms) - 7 * DAY_MS
}

struct Player {
    state: AppState,
    routes: Router,
    clock: Arc<AtomicI64>,
    people: Vec<PersonId>,
    phones: Vec<Device>,
    /// Place in `phones` of those of caretakers and advisers, by name to sign in with.
    hands: HashMap<&'static str, usize>,
    worklists: Vec<WorklistId>,
    /// The story names an address by itself; its record also depends on the campaign.
    records: HashMap<RecordId, RecordId>,
}

impl Player {
    async fn begin(state: AppState, clock: Arc<AtomicI64>, story: &Story) -> Result<Player> {
        let now_ms = state.now_ms();
        let people = state.writer.write(move |tx| add_people(tx, now_ms)).await?;
        let coordinator = PEOPLE.iter().position(|person| person.role == Role::Coordinator);
        let author = coordinator.map(|place| people[place]);
        // The ids of doors follow from the campaign's, so that every demo has the same doors.
        let id = Uuid::new_v5(&ADDRESS_NAMESPACE, CAMPAIGN.as_bytes());
        let make = move |tx: &Connection| campaigns::make(tx, id, CAMPAIGN, now_ms);
        let campaign = state.writer.write(make).await?;
        let done = campaigns::import(&state.writer, &campaign, &story.town, author, now_ms, |_| {})
            .await?;
        ensure!(done.new_worklists == story.town.len(), "a street of the demo is too long");
        let worklists = worklists(&campaign, story);
        let records = records(&campaign, story);
        let routes = crate::router(state.clone());
        let phones = Vec::new();
        let hands = HashMap::new();
        let mut player = Player { state, routes, clock, people, phones, hands, worklists, records };
        player.plan(story, author).await?;
        for phone in PHONES {
            let device = player.enrol(phone.person, phone.label).await?;
            player.phones.push(device);
        }
        for (place, person) in PEOPLE.iter().enumerate() {
            if matches!(person.role, Role::Caretaker | Role::Adviser) {
                let label = format!("Telefoon van {}", person.name);
                let device = player.enrol(place, &label).await?;
                player.hands.insert(person.login, player.phones.len());
                player.phones.push(device);
            }
        }
        Ok(player)
    }

    /// Letters and assignments.
    async fn plan(&self, story: &Story, author: Option<PersonId>) -> Result<()> {
        let now_ms = self.state.now_ms();
        let (plans, worklists) = (story.plans.clone(), self.worklists.clone());
        let people = self.people.clone();
        let job = move |tx: &Connection| -> Result<(), StoreError> {
            for (plan, worklist) in plans.iter().zip(worklists) {
                let letter = Change::new(RecordId(worklist.0), "turf", worklist)
                    .with("letter_on", Value::Date(plan.letter_on));
                append_office(tx, author, vec![letter], now_ms)?;
                for phone in &plan.phones {
                    campaigns::assign(tx, worklist, people[PHONES[*phone].person], now_ms)?;
                }
            }
            Ok(())
        };
        Ok(self.state.writer.write(job).await?)
    }

    async fn enrol(&self, person: usize, label: &str) -> Result<Device> {
        let (person, now_ms) = (self.people[person], self.state.now_ms());
        let code = self.state.writer.write(move |tx| codes::create(tx, person, now_ms)).await?;
        let token = crate::access::new_token();
        let request = EnrolRequest {
            protocol: PROTOCOL,
            code,
            token: token.clone(),
            label: label.to_owned(),
            app: APP.to_owned(),
        };
        let bytes = self.post("/api/enrol", &token, encode_plain(&request)).await?;
        let reply: EnrolReply = decode_plain(&bytes)?;
        let mut device = Device::default();
        let writes = device.enrolled(&reply, &token, None)?;
        device.show(&writes);
        Ok(device)
    }

    /// Something of the service conversation, on the phone of a caretaker or an adviser.
    async fn scene(&mut self, scene: &Scene) -> Result<()> {
        self.clock.store(scene.at_ms, Ordering::Relaxed);
        let phone = self.hands[scene.login];
        // First the lists of this week, and the cases that came in.
        self.sync(phone, scene.at_ms).await?;
        let records = self.phones[phone].records();
        let list = match scene.list {
            List::Case(offer) => WorklistId(case_of(offer).0),
            List::Week => {
                let known = records.get(scene.record).map(|offer| offer.worklist);
                let weeks = records.of_kind("offer_list");
                let newest = weeks.max_by_key(|week| week.date("from_on"));
                known.or(newest.map(|week| week.worklist)).context("a week to write in")?
            }
        };
        let change = Change::new(scene.record, scene.kind, list);
        let set = scene.set.iter();
        let change = set.fold(change, |change, (field, value)| change.with(field, value.clone()));
        let writes = self.phones[phone].prepare(vec![change], scene.at_ms)?;
        self.phones[phone].show(&writes);
        self.sync(phone, scene.at_ms).await
    }

    async fn event(&mut self, event: &StoryEvent) -> Result<()> {
        self.clock.store(event.at_ms, Ordering::Relaxed);
        match (&event.step, event.hand) {
            (Step::Write(changes), Hand::Phone(phone)) => {
                let changes = changes.iter().map(|one| self.change(one)).collect();
                let writes = self.phones[phone].prepare(changes, event.at_ms)?;
                self.phones[phone].show(&writes);
            }
            (Step::Write(changes), Hand::Desk(person)) => {
                let changes: Vec<Change> = changes.iter().map(|one| self.change(one)).collect();
                let (author, at_ms) = (Some(self.people[person]), event.at_ms);
                let job = move |tx: &Connection| append_office(tx, author, changes, at_ms);
                self.state.writer.write(job).await?;
            }
            (Step::Sync, Hand::Phone(phone)) => self.sync(phone, event.at_ms).await?,
            (Step::Sync, Hand::Desk(_)) => {}
        }
        Ok(())
    }

    /// The change on the records that the import made.
    fn change(&self, change: &RecordChange) -> Change {
        let place = |id: RecordId| self.records.get(&id).copied().unwrap_or(id);
        let mut change = change.change(self.worklists[change.street]);
        change.record = place(change.record);
        for (_, value) in &mut change.fields {
            if let Value::Reference(id) = value {
                *id = place(*id);
            }
        }
        change
    }

    async fn sync(&mut self, phone: usize, at_ms: i64) -> Result<()> {
        loop {
            let device = &self.phones[phone];
            let token = device.me().context("enrolled at the start")?.token.clone();
            let body = encode_request(&device.request(APP, at_ms));
            let bytes = self.post("/api/sync", &token, body).await?;
            let device = &mut self.phones[phone];
            let writes = device.absorb(&decode_reply(&bytes)?, at_ms);
            device.show(&writes);
            if !device.wants_more() {
                return Ok(());
            }
        }
    }

    async fn post(&self, path: &str, token: &str, body: Vec<u8>) -> Result<Vec<u8>> {
        let mut request = Request::post(path)
            .header(header::CONTENT_TYPE, COMPACT_TYPE)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        for (name, value) in MadeUpKey::of(token).headers(path, token, &body) {
            request = request.header(name, value);
        }
        let response = self.routes.clone().oneshot(request.body(Body::from(body))?).await?;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await?;
        ensure!(status.is_success(), "the demo's phone got {status} from {path}");
        Ok(bytes.to_vec())
    }
}

/// The district where a corporation of the demo lets homes, and the number of that corporation.
const HOMES: &str = "Filmwijk";
const HOMES_OF: i64 = 2;

fn add_people(tx: &Connection, now_ms: i64) -> Result<Vec<PersonId>, StoreError> {
    store::set_text(tx, "organisation", &format!("Gemeente {TOWN}"))?;
    store::set_text(tx, "municipality", crate::demo::CATALOGUE_SCOPE)?;
    let mut added = Vec::new();
    for person in PEOPLE {
        let login = person.role.signs_in().then_some(person.login);
        added.push(people::add(tx, person.name, person.role, login, now_ms)?);
    }
    let found = |login: &str| PEOPLE.iter().position(|person| person.login == login);
    for (id, corporation) in (1..).zip(CORPORATIONS) {
        let name = corporation.name;
        tx.execute("INSERT INTO corporation (id, name) VALUES (?1, ?2)", (id, name))?;
        for person in corporation.people.iter().filter_map(|login| found(login)) {
            let change = "UPDATE person SET corporation = ?1 WHERE id = ?2";
            tx.execute(change, (id, added[person]))?;
        }
        if let Some(adviser) = found(corporation.adviser).map(|place| added[place]) {
            let rule = "INSERT INTO case_rule (corporation, person) VALUES (?1, ?2)";
            tx.execute(rule, (id, adviser))?;
            capacity::plan(tx, adviser, Some(1))?;
        }
    }
    // What is let in Filmwijk; the caretakers choose from it.
    let mut homes = import::read(address_csv().as_bytes()).expect("our own file");
    homes.streets.retain(|street| {
        street.addresses.iter().any(|door| door.district.as_deref() == Some(HOMES))
    });
    cases::homes::replace(tx, HOMES_OF, &homes, None, now_ms)?;
    Ok(added)
}

fn worklists(campaign: &Campaign, story: &Story) -> Vec<WorklistId> {
    let first = |street| campaigns::worklists_of(campaign, street).next();
    story.town.iter().filter_map(first).collect()
}

fn records(campaign: &Campaign, story: &Story) -> HashMap<RecordId, RecordId> {
    let doors = story.town.iter().flat_map(|street| &street.addresses);
    doors.map(|door| (RecordId(door.id), campaigns::record_of(campaign, door))).collect()
}

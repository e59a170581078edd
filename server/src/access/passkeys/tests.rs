//! Every check by itself: one thing wrong, and it is refused for just that.

use super::check::{self, Answer, Kept, Made, Refused};
use super::made_up::{MadeUp, PRESENT_AND_VERIFIED};
use super::*;
use crate::access::sessions::{self, Stage};
use crate::access::{Browser, people};
use crate::config::Config;
use crate::store;
use aanbel_shared::programme::Role;

const NOW_MS: i64 = 1_773_316_800_000;
const ASKED: Challenge = [9; 32];

fn site() -> Site {
    Site::of(&Config::default()).expect("one's own machine")
}

fn kept(passkey: &MadeUp) -> Kept {
    let key = check::made(&site(), &ASKED, &passkey.create(&ASKED)).expect("a right key");
    assert_eq!((&key.credential, &key.point), (&passkey.credential, &passkey.key.point()));
    Kept { point: key.point, counter: key.counter }
}

fn answered(kept: &Kept, answer: &Answer) -> Result<u32, Refused> {
    check::answered(&site(), &ASKED, kept, answer)
}

#[test]
fn a_right_answer_is_taken_and_says_how_far_the_passkey_counted() {
    let mut passkey = MadeUp { counter: 4, ..MadeUp::new("iris") };
    let kept = kept(&passkey);
    assert_eq!(answered(&kept, &passkey.get(&ASKED)), Ok(5));
    let other = Kept { point: MadeUp::new("hanna").key.point(), ..kept };
    assert_eq!(answered(&other, &passkey.get(&ASKED)), Err(Refused::Signature), "of another key");
}

/// Something that a browser or authenticator says otherwise than it should, and what that is called.
type Wrong = (&'static str, fn(&mut MadeUp), Refused);

const SAID_WRONG: [Wrong; 9] = [
    ("another site's page", |one| one.origin = "https://elders.example".into(), Refused::Origin),
    ("HTTPS of nobody", |one| one.origin = "https://localhost:8080".into(), Refused::Origin),
    ("within another page", |one| one.within_another = true, Refused::Origin),
    ("made for another site", |one| one.host = "elders.example".into(), Refused::Site),
    ("nobody touched it", |one| one.flags = 0x04, Refused::NobodyPresent),
    ("it did not look who", |one| one.flags = 0x01, Refused::NotVerified),
    ("neither", |one| one.flags = 0, Refused::NobodyPresent),
    ("a copy of what has none", |one| one.flags = PRESENT_AND_VERIFIED | 0x10, Refused::Unreadable),
    ("an empty site", |one| one.host = String::new(), Refused::Site),
];

#[test]
fn whatever_is_said_wrong_is_refused_at_making_and_at_answering() {
    for (what, wrong, refused) in SAID_WRONG {
        let mut passkey = MadeUp::new("iris");
        let kept = kept(&passkey);
        wrong(&mut passkey);
        assert_eq!(check::made(&site(), &ASKED, &passkey.create(&ASKED)), Err(refused), "{what}");
        assert_eq!(answered(&kept, &passkey.get(&ASKED)), Err(refused), "{what}");
    }
}

#[test]
fn an_answer_to_another_question_is_refused() {
    let mut passkey = MadeUp::new("iris");
    let kept = kept(&passkey);
    assert_eq!(answered(&kept, &passkey.get(&[8; 32])), Err(Refused::Challenge));
    assert_eq!(answered(&kept, &passkey.get(&[])), Err(Refused::Challenge));
    let made = passkey.create(&[8; 32]);
    assert_eq!(check::made(&site(), &ASKED, &made), Err(Refused::Challenge));
    let making = passkey.sign(passkey.client_data("webauthn.create", &ASKED));
    assert_eq!(answered(&kept, &making), Err(Refused::Purpose));
    let signing = passkey.client_data("webauthn.get", &ASKED);
    let made = Made { client_data: signing, ..passkey.create(&ASKED) };
    assert_eq!(check::made(&site(), &ASKED, &made), Err(Refused::Purpose));
}

#[test]
fn an_answer_that_was_touched_on_the_way_is_refused() {
    let mut passkey = MadeUp::new("iris");
    let kept = kept(&passkey);
    let right = passkey.get(&ASKED);
    assert_eq!(answered(&kept, &right), Ok(1));
    for byte in 0..right.signature.len() {
        let mut signature = right.signature.clone();
        signature[byte] ^= 1;
        let touched = Answer { signature, ..right.clone() };
        assert_eq!(answered(&kept, &touched), Err(Refused::Signature), "byte {byte}");
    }
    let mut counted = right.clone();
    counted.authenticator_data[36] = 200;
    assert_eq!(answered(&kept, &counted), Err(Refused::Signature));
    let mut more = right.clone();
    more.client_data.push(b' ');
    assert_eq!(answered(&kept, &more), Err(Refused::Signature));
    for length in 0..37 {
        let mut short = right.clone();
        short.authenticator_data.truncate(length);
        assert_eq!(answered(&kept, &short), Err(Refused::Unreadable), "{length} bytes");
    }
    let nothing = Answer { client_data: b"{}".to_vec(), ..right };
    assert_eq!(answered(&kept, &nothing), Err(Refused::Unreadable));
}

#[test]
fn a_counter_only_goes_up_unless_there_is_none() {
    let mut passkey = MadeUp { counter: 7, ..MadeUp::new("iris") };
    let kept = kept(&passkey);
    let behind = Err(Refused::Counter);
    for (before, wanted) in [(6, behind), (5, behind), (7, Ok(8)), (u32::MAX - 1, Ok(u32::MAX))] {
        passkey.counter = before;
        assert_eq!(answered(&kept, &passkey.get(&ASKED)), wanted, "after {before}");
    }
    let none = |counter| {
        let silent = MadeUp { counter, ..MadeUp::new("iris") };
        silent.sign(silent.client_data("webauthn.get", &ASKED))
    };
    assert_eq!(answered(&kept, &none(0)), Err(Refused::Counter), "it counted before");
    let never = Kept { counter: 0, ..kept };
    assert_eq!(answered(&never, &none(0)), Ok(0), "this kind does not count");
}

#[test]
fn only_whole_keys_of_the_one_kind_are_taken() {
    let passkey = MadeUp::new("iris");
    let right = passkey.create(&ASKED);
    let start = 37 + 16 + 2 + passkey.credential.len();
    let taken = |authenticator_data: Vec<u8>| {
        check::made(&site(), &ASKED, &Made { authenticator_data, ..right.clone() })
    };
    assert!(taken(right.authenticator_data.clone()).is_ok());
    for (what, place, byte) in [
        ("another algorithm", start + 4, 0x27),
        ("another curve", start + 6, 2),
        ("a point beside the curve", start + 10, 0xff),
        ("a name without end", 37 + 16, 0x7f),
    ] {
        let mut bytes = right.authenticator_data.clone();
        bytes[place] = byte;
        assert_eq!(taken(bytes), Err(Refused::Kind), "{what}");
    }
    let whole = right.authenticator_data.len();
    for length in 37..whole {
        let short = right.authenticator_data[..length].to_vec();
        assert_eq!(taken(short), Err(Refused::Kind), "{length} of {whole} bytes");
    }
    let more = [&right.authenticator_data[..], &[0]].concat();
    assert_eq!(taken(more), Err(Refused::Kind), "bytes that nothing announced");
}

/// Iris and Hanna, each with a session.
struct Desk {
    db: Connection,
    people: [PersonId; 2],
    sessions: [Option<i64>; 2],
    _folder: tempfile::TempDir,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let db = store::open_for_writing(folder.path(), 0).expect("a new database");
    let people = ["iris", "hanna"]
        .map(|login| people::add(&db, login, Role::Coordinator, Some(login), 0).expect("a person"));
    let sessions = people.map(|person| {
        let begun = sessions::begin(&db, person, Stage::Code, &Browser::default(), NOW_MS);
        Some(begun.expect("a session").number)
    });
    Desk { db, people, sessions, _folder: folder }
}

impl Desk {
    fn asked(&self, who: usize) -> Challenge {
        ask(&self.db, self.sessions[who], NOW_MS).expect("a question")
    }

    fn added(&self, who: usize, passkey: &MadeUp) -> Result<i64, Refused> {
        let made = passkey.create(&self.asked(who));
        let given = ("Laptop", &made);
        add(&self.db, self.people[who], self.sessions[who], &site(), given, NOW_MS).expect("a look")
    }

    fn checked(&self, who: usize, answer: &Answer, now_ms: i64) -> Result<i64, Refused> {
        let (person, session) = (self.people[who], self.sessions[who]);
        check(&self.db, person, session, &site(), answer, now_ms).expect("a look")
    }
}

#[test]
fn a_question_has_one_answer_in_one_session_within_five_minutes() {
    let (desk, mut passkey) = (desk(), MadeUp::new("iris"));
    let number = desk.added(0, &passkey).expect("a right key");
    let right = passkey.get(&desk.asked(0));
    assert_eq!(desk.checked(0, &right, NOW_MS), Ok(number));
    assert_eq!(desk.checked(0, &right, NOW_MS), Err(Refused::Challenge), "once");
    desk.asked(0);
    assert_eq!(desk.checked(0, &right, NOW_MS), Err(Refused::Challenge), "another question");
    let late = passkey.get(&desk.asked(0));
    assert_eq!(desk.checked(0, &late, NOW_MS + ANSWER_MS), Err(Refused::Challenge), "too late");
    let wrong = Answer { signature: Vec::new(), ..passkey.get(&desk.asked(0)) };
    assert_eq!(desk.checked(0, &wrong, NOW_MS), Err(Refused::Signature));
    let right = passkey.sign(wrong.client_data);
    assert_eq!(desk.checked(0, &right, NOW_MS), Err(Refused::Challenge), "a wrong one was one too");
    let elsewhere = passkey.get(&desk.asked(1));
    desk.asked(0);
    assert_eq!(desk.checked(0, &elsewhere, NOW_MS), Err(Refused::Challenge), "another session's");
    let in_time = passkey.get(&desk.asked(0));
    assert_eq!(desk.checked(0, &in_time, NOW_MS + ANSWER_MS - 1), Ok(number));
    let used = of(&desk.db, desk.people[0]).expect("hers")[0].used_ms;
    assert_eq!(used, Some(NOW_MS + ANSWER_MS - 1));
}

#[test]
fn what_was_counted_is_kept_and_a_copy_shows() {
    let (desk, mut passkey) = (desk(), MadeUp::new("iris"));
    let number = desk.added(0, &passkey).expect("a right key");
    let mut copy = passkey.clone();
    for _ in 0..3 {
        let answer = passkey.get(&desk.asked(0));
        assert_eq!(desk.checked(0, &answer, NOW_MS), Ok(number));
    }
    let behind = copy.get(&desk.asked(0));
    assert_eq!(desk.checked(0, &behind, NOW_MS), Err(Refused::Counter));
}

#[test]
fn a_passkey_is_of_one_person_who_has_it_once_and_not_too_many() {
    let (desk, mut passkey) = (desk(), MadeUp::new("iris"));
    let number = desk.added(0, &passkey).expect("a right key");
    assert_eq!(desk.added(0, &passkey), Err(Refused::Full), "it is here already");
    let answer = passkey.get(&desk.asked(1));
    assert_eq!(desk.checked(1, &answer, NOW_MS), Err(Refused::Unknown), "not Hanna's");
    assert!(!remove(&desk.db, desk.people[1], number).expect("a look"), "nor hers to remove");
    for more in 1..PASSKEYS_MAX {
        desk.added(0, &MadeUp::new(&format!("iris {more}"))).expect("there is room");
    }
    assert_eq!(desk.added(0, &MadeUp::new("one more")), Err(Refused::Full));
    assert!(remove(&desk.db, desk.people[0], number).expect("a look"));
    let answer = passkey.get(&desk.asked(0));
    assert_eq!(desk.checked(0, &answer, NOW_MS), Err(Refused::Unknown), "it was removed");
}

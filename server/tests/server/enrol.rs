//! The rules of enrolment codes.

use crate::office_world::{Office, token};
use aanbel_server::access::codes;
use aanbel_shared::programme::Role;
use aanbel_shared::sync::EPOCH_HEADER;

#[tokio::test]
async fn code_works_once_and_a_lost_reply_can_be_asked_for_again() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let (code, token) = (office.code(anna).await, token());
    let first = office.enrol(&code, &token).await.expect("a fresh code");
    assert_eq!((first.person.as_str(), first.device.0), ("Anna", 1));
    let sloppy = code.to_lowercase().replace('-', " ");
    let again = office.enrol(&sloppy, &token).await.expect("the same phone asks again");
    assert_eq!(first, again);
    let other = office.enrol(&code, &self::token()).await.expect_err("used");
    assert_eq!(other.code, "code_used");
    assert_eq!(office.count("SELECT COUNT(*) FROM device WHERE number > 0").await, 1);
}

/// A copied phone that joins anew must know whether the server was put back since it was told.
#[tokio::test]
async fn answer_says_in_which_life_of_the_server_the_number_was_given() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let (code, token) = (office.code(anna).await, token());
    let mut phone = office.phone(anna).await;
    let epoch = office.sync(&mut phone).await.epoch;
    let told = office.headers_of_enrolment(&code, &token).await;
    assert_eq!(told.get(EPOCH_HEADER).expect("told"), &epoch.to_string());
    let refused = office.headers_of_enrolment("0000-0000-0000", &self::token()).await;
    assert!(refused.get(EPOCH_HEADER).is_none(), "not told to who has no code");
}

#[tokio::test]
async fn code_ends_after_a_day_and_a_wrong_one_is_no_code() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let code = office.code(anna).await;
    office.pass(codes::LIFE_MS);
    assert_eq!(office.enrol(&code, &token()).await.expect_err("old").code, "code_expired");
    for wrong in ["", "0000-0000-0000", "nonsense", "0000-0000-0000-0000"] {
        let problem = office.enrol(wrong, &token()).await.expect_err("wrong");
        assert_eq!(problem.code, "code_wrong", "{wrong}");
    }
    let code = office.code(anna).await;
    assert_eq!(office.enrol(&code, "short").await.expect_err("no token").code, "token");
}

#[tokio::test]
async fn guessing_is_stopped_and_may_go_on_later() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let mut last = String::new();
    for _ in 0..60 {
        last = office.enrol("0000-0000-0000", &token()).await.expect_err("wrong").code;
    }
    assert_eq!(last, "too_many");
    let code = office.code(anna).await;
    assert_eq!(office.enrol(&code, &token()).await.expect_err("too soon").code, "too_many");
    office.pass(5 * 60_000);
    office.enrol(&code, &token()).await.expect("after a while");
}

#[tokio::test]
async fn numbers_are_never_used_twice_also_after_a_restore() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    office.phone(anna).await;
    let restored = crate::office_world::Folder::new().expect("a temporary folder");
    aanbel_server::store::backup::backup(office.path(), &restored.path().join("aanbel.db"))
        .expect("a copy");
    let lost = office.phone(anna).await.number();
    let again = Office::open_in(restored);
    assert!(again.phone(anna).await.number() > lost + 1_000);
}

#[tokio::test]
async fn whole_team_enrols_behind_one_address() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    for number in 1..=60 {
        assert_eq!(office.phone(anna).await.number(), number);
    }
}

#[tokio::test]
async fn neither_code_nor_token_stands_in_any_file() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let (used, unused, token) = (office.code(anna).await, office.code(anna).await, token());
    office.enrol(&used, &token).await.expect("a fresh code");
    let mut finds = false;
    for file in std::fs::read_dir(office.path()).expect("a folder") {
        let path = file.expect("a file").path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for secret in [&used, &unused, &token] {
            for word in [secret.clone(), secret.replace('-', "")] {
                let found = bytes.windows(word.len()).any(|part| part == word.as_bytes());
                assert!(!found, "{}", path.display());
            }
        }
        finds |= bytes.windows(4).any(|part| part == b"Anna");
    }
    assert!(finds, "the search finds what is there");
}

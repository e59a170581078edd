//! Two tabs of one phone, and a new version of the app in the middle of a talk: one tab writes, and
//! nothing is loaded anew over what somebody is typing.

use crate::phone_storage::{ABORT, AtTheDoor};
use aanbel_tests::browser::Browser;
use aanbel_tests::built;
use aanbel_tests::phones::{fresh_doors, phone_of};
use aanbel_tests::places::enrolled_phone;
use aanbel_tests::runs::times;
use aanbel_tests::server::Server;
use aanbel_tests::street::WALKERS;
use aanbel_tests::wait;
use anyhow::{Context, Result, ensure};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use thirtyfour::{By, WindowHandle};

const OTHER: &str = "Aanbel staat ook open in een ander venster";

/// Nothing can be read any more, until `window.canRead`; counts how often that was tried.
const CANNOT_READ: &str = "
    window.refused = 0;
    const real = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (shelves, mode, ...rest) {
        if (mode !== 'readwrite' && !window.canRead) {
            window.refused += 1;
            throw new DOMException('', 'InvalidStateError');
        }
        return real.call(this, shelves, mode, ...rest);
    };";

#[tokio::test(flavor = "multi_thread")]
async fn of_two_tabs_one_writes_and_both_show_it() -> Result<()> {
    let server = Server::street().await?;
    let witness = phone_of(&server, WALKERS[1], "witness").await?;
    let phone = enrolled_phone(&server, WALKERS[0]).await?;
    let first = phone.page().window().await?;
    let second = phone.page().new_tab().await?;
    let doors = fresh_doors(&witness, times(10, 40))?;
    phone.page().switch_to_window(second.clone()).await?;
    phone.goto(&server.url("/app/")).await?;
    for (turn, door) in doors.iter().enumerate() {
        for tab in [&first, &second] {
            phone.page().switch_to_window(tab.clone()).await?;
            phone.goto(&server.url(&format!("/app/deur/{door}"))).await?;
            phone.see("Hier is nog niet aangebeld").await?;
        }
        let writes = one_writes(&phone, [&first, &second]).await;
        let [writer, looker] = match writes.with_context(|| format!("turn {turn}"))? {
            0 => [&first, &second],
            _ => [&second, &first],
        };
        phone.page().switch_to_window(looker.clone()).await?;
        phone.press("Verder in dit venster").await?;
        phone.no_longer_see(OTHER).await?;
        phone.press("Niemand thuis").await?;
        phone.see("Bewaard op dit toestel: Niemand thuis").await?;
        phone.page().switch_to_window(writer.clone()).await?;
        phone.see(OTHER).await?;
        phone.see("Wat er eerder gebeurde").await?;
    }
    Ok(())
}

/// A tab that takes over must know what the other one kept, or it writes over it.
#[tokio::test(flavor = "multi_thread")]
async fn tab_that_cannot_read_does_not_write_over_what_the_other_kept() -> Result<()> {
    let mut server = Server::street().await?;
    let witness = phone_of(&server, WALKERS[1], "witness").await?;
    let phone = enrolled_phone(&server, WALKERS[0]).await?;
    // Without the server nothing else can bring a visit back.
    server.kill().await?;
    let tabs = [phone.page().window().await?, phone.page().new_tab().await?];
    let doors: Vec<String> = fresh_doors(&witness, 2)?
        .iter()
        .map(|door| server.url(&format!("/app/deur/{door}")))
        .collect();
    for (tab, door) in tabs.iter().zip(&doors) {
        phone.page().switch_to_window(tab.clone()).await?;
        phone.goto(door).await?;
        phone.see("Hier is nog niet aangebeld").await?;
    }
    let [writer, looker] = match one_writes(&phone, [&tabs[0], &tabs[1]]).await? {
        0 => [&tabs[0], &tabs[1]],
        _ => [&tabs[1], &tabs[0]],
    };
    phone.page().switch_to_window(looker.clone()).await?;
    phone.page().execute(CANNOT_READ, vec![]).await?;
    ring(&phone, writer).await?;
    phone.page().switch_to_window(looker.clone()).await?;
    phone.see("Dit toestel kan nu niets bewaren").await?;
    let before = refused(&phone).await?;
    phone.press("Verder in dit venster").await?;
    phone.page().switch_to_window(writer.clone()).await?;
    phone.see(OTHER).await?;
    phone.page().switch_to_window(looker.clone()).await?;
    wait::until("the tab that took over to read", async || {
        (refused(&phone).await.ok()? > before).then_some(())
    })
    .await?;
    phone.page().execute("window.canRead = true", vec![]).await?;
    phone.no_longer_see(OTHER).await?;
    ring(&phone, looker).await?;
    for door in &doors {
        phone.goto(door).await?;
        phone.see("Wat er eerder gebeurde").await?;
    }
    Ok(())
}

/// One window holds what the store refuses, and the other one wants to go on: it hears what it waits for, also
/// after a start, sends nothing, and does not say that all is well or empty the phone.
#[tokio::test(flavor = "multi_thread")]
async fn window_beside_one_that_cannot_keep_says_so_and_empties_nothing() -> Result<()> {
    const WAITS: &str = "Ga terug naar dat venster: daar staat wat u kunt doen";
    const ELSEWHERE: &str = "Misschien is in het andere venster nog iets niet bewaard";
    let one = AtTheDoor::begin().await?;
    let phone = &one.phone;
    let (writer, looker) = (phone.page().window().await?, phone.page().new_tab().await?);
    one.run(ABORT).await?;
    phone.press("Niemand thuis").await?;
    phone.see("Sluit dit scherm niet").await?;
    phone.page().switch_to_window(looker.clone()).await?;
    phone.goto(&one.server.url("/app/toestel")).await?;
    phone.see(ELSEWHERE).await?;
    phone.see("Inleveren kan hier nu niet").await?;
    let words = phone.words().await?;
    ensure!(!words.contains("Alles is"), "it knows nothing of the other one:\n{words}");
    let empties = By::XPath("//button[normalize-space(.) = 'Dit toestel inleveren']");
    ensure!(phone.page().find_all(empties).await?.is_empty(), "the other one's words would go");
    phone.press("Nu versturen").await?;
    phone.see("Versturen gebeurt in het andere venster").await?;
    for _ in 0..2 {
        phone.goto(&one.server.url("/app/toestel")).await?;
        phone.press("Verder in dit venster").await?;
        phone.see(WAITS).await?;
    }
    phone.page().switch_to_window(writer).await?;
    one.run("window.aborts = false").await?;
    phone.page().switch_to_window(looker).await?;
    phone.no_longer_see(OTHER).await?;
    phone.see("Dit toestel inleveren").await?;
    phone.no_longer_see(ELSEWHERE).await
}

/// Rings at the door that this tab shows.
async fn ring(phone: &Browser, tab: &WindowHandle) -> Result<()> {
    phone.page().switch_to_window(tab.clone()).await?;
    phone.press("Niemand thuis").await?;
    phone.see("Bewaard op dit toestel: Niemand thuis").await
}

/// How often reading was tried since nothing can be read.
async fn refused(phone: &Browser) -> Result<u32> {
    Ok(phone.page().execute("return window.refused", vec![]).await?.convert()?)
}

/// Waits until one tab writes and the other only looks, and gives the place of the first. Both were
/// loaded anew, so either may have it.
async fn one_writes(phone: &Browser, tabs: [&WindowHandle; 2]) -> Result<usize> {
    wait::until("one of two tabs to write", async || {
        let mut looks = [false; 2];
        for (place, tab) in tabs.into_iter().enumerate() {
            phone.page().switch_to_window(tab.clone()).await.ok()?;
            looks[place] = phone.words().await.ok()?.contains(OTHER);
        }
        (looks[0] != looks[1]).then_some(usize::from(looks[0]))
    })
    .await
}

/// A server with a copy of the app that a test may change.
async fn with_own_app() -> Result<(Server, TempDir)> {
    let folder = tempfile::tempdir()?;
    copy(&built::app(), folder.path())?;
    for packed in ["sw.js.br", "sw.js.gz"] {
        drop(std::fs::remove_file(folder.path().join(packed)));
    }
    let mut server = Server::street_stopped().await?;
    server.app = folder.path().to_owned();
    server.start().await?;
    Ok((server, folder))
}

/// The version that is in use is offered once more, as an operator does who puts it back, and only half of it
/// arrives: the phone still starts with what it has.
#[tokio::test(flavor = "multi_thread")]
async fn version_that_cannot_be_fetched_again_stays() -> Result<()> {
    const LOOK: &str = "
        const done = arguments[arguments.length - 1];
        navigator.serviceWorker.getRegistration('/app/').then((found) => {
            found.addEventListener('updatefound', () => {
                const one = found.installing;
                one.addEventListener('statechange', () => one.state === 'redundant' && done(true));
            });
            found.update();
        });";
    let (mut server, folder) = with_own_app().await?;
    let phone = enrolled_phone(&server, WALKERS[0]).await?;
    for lost in ["card.css", "card.css.br", "card.css.gz"] {
        std::fs::remove_file(folder.path().join(lost))?;
    }
    offer(folder.path(), 0)?;
    phone.page().execute_async(LOOK, vec![]).await?;
    server.kill().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Mijn straten").await
}

#[tokio::test(flavor = "multi_thread")]
async fn new_version_never_interrupts_a_talk() -> Result<()> {
    let (server, folder) = with_own_app().await?;
    let witness = phone_of(&server, WALKERS[1], "witness").await?;
    let phone = enrolled_phone(&server, WALKERS[0]).await?;
    phone.goto(&server.url(&format!("/app/deur/{}", fresh_doors(&witness, 1)?[0]))).await?;
    phone.press("Gesprek beginnen").await?;
    phone.arrive("/app/gesprek/").await?;
    phone.press("Notitie toevoegen").await?;
    phone.page().execute("window.sameTalk = true", vec![]).await?;
    let mut typed = String::new();
    for version in 0..times(10, 10) {
        typed.push_str(&write_more(&phone, version).await?);
        new_version(&phone, folder.path(), version).await?;
        let same = phone.page().execute("return window.sameTalk === true", vec![]).await?;
        ensure!(same.convert::<bool>()?, "version {version}: the page was loaded anew");
        let text = phone.page().find(By::Css("textarea")).await?.prop("value").await?;
        ensure!(
            text.as_deref() == Some(&typed),
            "version {version}: {text:?} is left of {typed:?}"
        );
    }
    phone.see("Bewaard op dit toestel").await
}

/// She asked for the new version while something was not kept yet, and went on at a door meanwhile: it does not
/// begin there when that was kept, and is offered once more.
#[tokio::test(flavor = "multi_thread")]
async fn new_version_that_was_asked_for_does_not_begin_at_a_door() -> Result<()> {
    let (server, folder) = with_own_app().await?;
    let witness = phone_of(&server, WALKERS[1], "witness").await?;
    let phone = enrolled_phone(&server, WALKERS[0]).await?;
    let door = format!("/app/deur/{}", fresh_doors(&witness, 1)?[0]);
    phone.goto(&server.url(&door)).await?;
    phone.page().execute(ABORT, vec![]).await?;
    phone.press("Niemand thuis").await?;
    phone.see("Sluit dit scherm niet").await?;
    new_version(&phone, folder.path(), 0).await?;
    walk_to(&phone, "/app/").await?;
    phone.press("Nu vernieuwen").await?;
    phone.see("Even wachten…").await?;
    walk_to(&phone, &door).await?;
    phone.page().execute("window.isOld = true; window.aborts = false", vec![]).await?;
    phone.see("Wat er eerder gebeurde").await?;
    walk_to(&phone, "/app/").await?;
    phone.see("Nu vernieuwen").await?;
    let same = phone.page().execute("return window.isOld === true", vec![]).await?;
    ensure!(same.convert::<bool>()?, "the page was loaded anew while she was at a door");
    phone.press("Nu vernieuwen").await?;
    phone.see("Aanbel is op slot").await
}

/// Goes to another screen of the app, in the same page.
async fn walk_to(phone: &Browser, path: &str) -> Result<()> {
    let go = "
        const link = document.body.appendChild(document.createElement('a'));
        link.href = arguments[0];
        link.click();
        link.remove();";
    phone.page().execute(go, vec![path.into()]).await?;
    phone.arrive(path).await.map(drop)
}

/// In two windows stands that there is a new version, and it is taken in both.
#[tokio::test(flavor = "multi_thread")]
async fn new_version_is_taken_in_the_other_window_as_well() -> Result<()> {
    let (server, folder) = with_own_app().await?;
    let phone = enrolled_phone(&server, WALKERS[0]).await?;
    let (first, second) = (phone.page().window().await?, phone.page().new_tab().await?);
    phone.page().switch_to_window(second.clone()).await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Mijn straten").await?;
    new_version(&phone, folder.path(), 0).await?;
    phone.see("Nu vernieuwen").await?;
    phone.page().switch_to_window(first).await?;
    phone.press("Nu vernieuwen").await?;
    phone.see("Aanbel is op slot").await?;
    phone.page().switch_to_window(second).await?;
    phone.press("Nu vernieuwen").await?;
    phone.see("Aanbel is op slot").await
}

/// Types a word more, and does not leave the field.
async fn write_more(phone: &Browser, version: usize) -> Result<String> {
    let word = format!("woord{version} ");
    let field =
        wait::until("the note's field", async || phone.page().find(By::Css("textarea")).await.ok());
    field.await?.send_keys(&word).await?;
    Ok(word)
}

/// Puts a new version on the server, and waits until the phone has it ready.
async fn new_version(phone: &Browser, app: &Path, version: usize) -> Result<()> {
    let before = "
        const done = arguments[arguments.length - 1];
        navigator.serviceWorker.getRegistration('/app/').then((found) => {
            const old = found.waiting;
            window.newer = () => found.waiting && found.waiting !== old;
            window.look = () => found.update();
            done(true);
        });";
    phone.page().execute_async(before, vec![]).await?;
    offer(app, version)?;
    phone.page().execute("window.look()", vec![]).await?;
    wait::until("the new version to wait", async || {
        let ready = phone.page().execute("return !!window.newer()", vec![]).await.ok()?;
        ready.convert::<bool>().ok()?.then_some(())
    })
    .await
}

/// Puts another worker on the server, for the same files.
fn offer(app: &Path, version: usize) -> Result<()> {
    let mut worker = std::fs::File::options().append(true).open(app.join("sw.js"))?;
    writeln!(worker, "// version {version}")?;
    // Browsers ask for what changed since a whole second.
    worker.set_modified(SystemTime::now() + Duration::from_secs(2 * (1 + version as u64)))?;
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let goal = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &goal)?;
        } else {
            std::fs::copy(entry.path(), goal)?;
        }
    }
    Ok(())
}

//! The phone's storage fails while somebody stands at a door: full, closed, aborted, or moved on to
//! another version by a second tab. Nothing is lost, and the screen says what to do.

use aanbel_tests::browser::Browser;
use aanbel_tests::phones::{fresh_doors, phone_of};
use aanbel_tests::places::enrolled_phone;
use aanbel_tests::server::Server;
use aanbel_tests::street::WALKERS;
use aanbel_tests::wait;
use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::By;

/// Closes the app's own connection at its next use.
const CLOSE: &str = "
    const real = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...wanted) {
        IDBDatabase.prototype.transaction = real;
        this.close();
        return real.apply(this, wanted);
    };";

/// Aborts every transaction at the moment of its commit, until `window.aborts` is false.
pub const ABORT: &str = "
    window.aborts = true;
    const real = IDBTransaction.prototype.commit;
    IDBTransaction.prototype.commit = function () {
        return window.aborts ? this.abort() : real.call(this);
    };";

/// Another tab brings the database to a next version; tells the version, or that it must wait when
/// that is what is asked.
const NEXT_VERSION: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel', 3);
    open.onblocked = () => arguments[0] && done('blocked');
    open.onerror = () => done('refused');
    open.onsuccess = () => { open.result.close(); done('version 3'); };";

const COUNT: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const rows = open.result.transaction('blocks').objectStore('blocks').count();
        rows.onsuccess = () => { open.result.close(); done(rows.result); };
    };";

const LOCKED: &str = "Aanbel is op slot";

/// A phone without a server, at a door where nobody rang yet.
pub struct AtTheDoor {
    pub phone: Browser,
    pub server: Server,
    door: String,
}

impl AtTheDoor {
    pub async fn begin() -> Result<AtTheDoor> {
        let mut server = Server::street().await?;
        let witness = phone_of(&server, WALKERS[1], "witness").await?;
        let phone = enrolled_phone(&server, WALKERS[0]).await?;
        server.kill().await?;
        let door = server.url(&format!("/app/deur/{}", fresh_doors(&witness, 1)?[0]));
        phone.goto(&door).await?;
        phone.see("Hier is nog niet aangebeld").await?;
        Ok(AtTheDoor { phone, server, door })
    }

    /// It healed: kept after all, and there after a restart.
    async fn end(mut self) -> Result<()> {
        self.phone.see("Bewaard op dit toestel: Niemand thuis").await?;
        self.phone.no_longer_see("Sluit dit scherm niet").await?;
        self.phone.kill().await?;
        self.phone.again().await?;
        self.phone.goto(&self.door).await?;
        self.phone.see("Wat er eerder gebeurde").await?;
        self.phone.see("Niemand thuis").await
    }

    pub async fn run(&self, script: &str) -> Result<()> {
        self.phone.page().execute(script, vec![]).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn full_phone_says_so_and_goes_on_when_there_is_room() -> Result<()> {
    let mut one = AtTheDoor::begin().await?;
    let origin = one.server.address();
    // The browser remembers for a while how much room there was, unless it starts anew.
    one.phone.kill().await?;
    one.phone.again().await?;
    // Less than the app itself takes.
    let quota = json!({"origin": origin, "quotaSize": 2_000_000});
    one.phone.command("Storage.overrideQuotaForOrigin", quota).await?;
    one.phone.goto(&one.door).await?;
    one.phone.see("Hier is nog niet aangebeld").await?;
    one.phone.press("Niemand thuis").await?;
    one.phone.see("De opslag van dit toestel is vol").await?;
    one.phone.see("Sluit dit scherm niet").await?;
    let none = json!({"origin": origin});
    one.phone.command("Storage.overrideQuotaForOrigin", none).await?;
    one.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_database_is_opened_again() -> Result<()> {
    let one = AtTheDoor::begin().await?;
    one.run(CLOSE).await?;
    one.phone.press("Niemand thuis").await?;
    one.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn aborted_transaction_is_tried_until_it_works() -> Result<()> {
    let one = AtTheDoor::begin().await?;
    one.run(ABORT).await?;
    one.phone.press("Niemand thuis").await?;
    one.phone.see("Sluit dit scherm niet: we proberen het steeds opnieuw").await?;
    one.run("window.aborts = false").await?;
    one.end().await
}

/// What the store refuses is in this page alone: the lock stands over it, and the page starts anew when it
/// was kept.
#[tokio::test(flavor = "multi_thread")]
async fn lock_waits_for_what_the_store_refuses() -> Result<()> {
    let one = AtTheDoor::begin().await?;
    let name = one.phone.page().find(By::Css("h1")).await?.text().await?;
    one.run(ABORT).await?;
    one.phone.press("Niemand thuis").await?;
    one.phone.see("Sluit dit scherm niet").await?;
    one.phone.minutes_later(10).await?;
    one.phone.see(LOCKED).await?;
    ensure!(!one.phone.words().await?.contains(&name), "nothing is shown behind the lock");
    one.phone.see("Sluit dit scherm niet").await?;
    one.phone.fill("Uw pincode", "111222").await?;
    one.phone.see("Deze pincode klopt niet. U kunt het nog 9 keer proberen").await?;
    one.phone.unlock().await?;
    one.phone.see(&name).await?;
    one.phone.minutes_later(20).await?;
    one.phone.see(LOCKED).await?;
    // Marked, to see that it is another page afterwards.
    one.run("window.aborts = false; window.isOld = true").await?;
    wait::until("the page to start anew", async || {
        let old = one.phone.page().execute("return window.isOld === true", vec![]).await.ok()?;
        (!old.convert::<bool>().ok()?).then_some(())
    })
    .await?;
    one.phone.see(LOCKED).await?;
    one.phone.unlock().await?;
    one.phone.see("Wat er eerder gebeurde").await?;
    one.phone.see("Niemand thuis").await
}

/// Ended all the same, with an answer that was kept nowhere: the next start says so, once it is open.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_kept_is_said_to_be_gone() -> Result<()> {
    const GONE: &str = "Wat u het laatst invulde, is niet bewaard";
    let one = AtTheDoor::begin().await?;
    one.run(ABORT).await?;
    one.phone.press("Niemand thuis").await?;
    one.phone.see("Sluit dit scherm niet").await?;
    one.phone.goto(&one.door).await?;
    one.phone.see(GONE).await?;
    one.phone.see("Hier is nog niet aangebeld").await?;
    one.phone.press("Niemand thuis").await?;
    one.phone.see("Bewaard op dit toestel: Niemand thuis").await?;
    one.phone.press("Ik heb het gezien").await?;
    one.phone.no_longer_see(GONE).await?;
    one.phone.goto(&one.door).await?;
    one.phone.see("Wat er eerder gebeurde").await?;
    ensure!(!one.phone.words().await?.contains(GONE), "that is said once");
    Ok(())
}

/// Aborts what keeps something, and lets through what empties the phone.
const KEEPS_NOTHING: &str = "
    const clear = IDBObjectStore.prototype.clear;
    IDBObjectStore.prototype.clear = function () {
        this.transaction.empties = true;
        return clear.call(this);
    };
    const real = IDBTransaction.prototype.commit;
    IDBTransaction.prototype.commit = function () {
        return this.empties ? real.call(this) : this.abort();
    };";

/// What the office said cannot be kept, and she hands the phone in: then there is nothing left to keep.
#[tokio::test(flavor = "multi_thread")]
async fn emptied_phone_does_not_go_on_asking_for_room() -> Result<()> {
    let server = Server::street().await?;
    let phone = enrolled_phone(&server, WALKERS[0]).await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Alles is bij het kantoor").await?;
    phone.page().execute(KEEPS_NOTHING, vec![]).await?;
    phone.press("Nu versturen").await?;
    phone.see("Sluit dit scherm niet").await?;
    phone.press_path("//button[normalize-space(.) = 'Dit toestel inleveren']", "hand in").await?;
    phone.press("Ja, maak dit toestel leeg").await?;
    phone.see("Dit toestel is ingeleverd").await?;
    phone.no_longer_see("Sluit dit scherm niet").await
}

/// A choice that was not kept does not stand there as if it were.
#[tokio::test(flavor = "multi_thread")]
async fn box_that_cannot_be_kept_is_not_ticked() -> Result<()> {
    const TICK: &str = "document.querySelector('#slot-bij-weg').click()";
    let one = AtTheDoor::begin().await?;
    one.phone.goto(&one.server.url("/app/toestel")).await?;
    one.phone.see("Ook op slot als ik naar een andere app ga").await?;
    one.run(ABORT).await?;
    one.run(TICK).await?;
    one.phone.see("Maak ruimte vrij en kies het dan opnieuw").await?;
    let ticked =
        async || one.phone.page().find(By::Css("#slot-bij-weg")).await?.is_selected().await;
    ensure!(!ticked().await?, "it stands there as if it were kept");
    one.run("window.aborts = false").await?;
    one.run(TICK).await?;
    one.phone.no_longer_see("kies het dan opnieuw").await?;
    ensure!(ticked().await?, "it is kept now");
    Ok(())
}

/// A second tab, of a newer app, wants another version while this one is in use: it waits.
#[tokio::test(flavor = "multi_thread")]
async fn version_change_from_a_second_tab_waits_for_the_first() -> Result<()> {
    let one = AtTheDoor::begin().await?;
    let first = one.phone.page().window().await?;
    let second = one.phone.page().new_tab().await?;
    one.phone.page().switch_to_window(second).await?;
    one.phone.goto(&one.server.url("/app/")).await?;
    let told = one.phone.page().execute_async(NEXT_VERSION, vec![json!(true)]).await?;
    ensure!(told.convert::<String>()? == "blocked", "nobody pulls it from under the first tab");
    one.phone.page().switch_to_window(first).await?;
    one.phone.press("Niemand thuis").await?;
    one.phone.see("Bewaard op dit toestel: Niemand thuis").await
}

/// The newer app was there, and the older one starts again: it says so, and touches nothing.
#[tokio::test(flavor = "multi_thread")]
async fn database_of_a_newer_app_is_left_alone_with_a_sentence() -> Result<()> {
    let mut one = AtTheDoor::begin().await?;
    one.phone.press("Niemand thuis").await?;
    one.phone.see("Bewaard op dit toestel: Niemand thuis").await?;
    // On a page of the same address that is not the app, and without the app beside it.
    one.phone.kill().await?;
    one.server.start().await?;
    one.phone.again().await?;
    let elsewhere = one.server.url("/api/openapi.json");
    one.phone.goto(&elsewhere).await?;
    let before: u64 = one.phone.page().execute_async(COUNT, vec![]).await?.convert()?;
    let told = one.phone.page().execute_async(NEXT_VERSION, vec![json!(false)]).await?;
    ensure!(told.convert::<String>()? == "version 3", "nobody else has it open");
    one.phone.goto(&one.door).await?;
    one.phone.see("Op dit toestel stond een nieuwere versie van Aanbel").await?;
    one.phone.goto(&elsewhere).await?;
    let after: u64 = one.phone.page().execute_async(COUNT, vec![]).await?.convert()?;
    ensure!(after == before && after > 0, "{after} of {before} rows are left");
    Ok(())
}

//! Old phones and a new server, and the reverse, from the frozen messages of every release: what an
//! old phone sends is accepted or set aside, and what an old server answers can be read.

use aanbel_shared::sync::{
    COMPACT_TYPE, Device, Reply, Request, decode_reply, decode_request, encode_request,
};
use aanbel_tests::phones::phone_of;
use aanbel_tests::server::Server;
use aanbel_tests::street::{WALKERS, database};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

/// Folders with frozen messages: of this release, and one below it for each that is kept.
fn releases() -> Result<Vec<PathBuf>> {
    let newest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let below = std::fs::read_dir(&newest)?.flatten().map(|entry| entry.path());
    let older: Vec<PathBuf> = below.filter(|path| path.is_dir()).collect();
    Ok([vec![newest], older].concat())
}

fn from_hex(text: &str) -> Result<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?);
    digits.chunks(2).map(byte).collect()
}

#[tokio::test]
async fn upload_of_every_release_is_accepted_or_set_aside() -> Result<()> {
    for release in releases()? {
        let compact = from_hex(&std::fs::read_to_string(release.join("request.hex"))?)?;
        let json = std::fs::read(release.join("request.json"))?;
        let request = decode_request(&compact).context("frozen bytes")?;
        for (kind, body) in [(COMPACT_TYPE, compact), ("application/json", json)] {
            let name = release.display();
            uploaded(&request, kind, body).await.with_context(|| format!("{name}, {kind}"))?;
        }
    }
    Ok(())
}

/// To a server where this phone is as far as the message says. It has no key yet: this release asks for
/// one, and still takes in what phones of before send without.
async fn uploaded(request: &Request, kind: &str, body: Vec<u8>) -> Result<()> {
    let mut server = Server::street().await?;
    let phone = phone_of(&server, WALKERS[0], "old").await?;
    let me = phone.device.me().context("enrolled")?;
    server.kill().await?;
    let number = request.ops.first().context("the frozen message holds ops")?.device().0;
    let db = database(server.data())?;
    let before = i64::try_from(request.first)? - 1;
    // Its lists stand under its number.
    db.execute("DELETE FROM device_list WHERE device = ?1", [me.device.0])?;
    db.execute(
        "UPDATE device SET number = ?2, kept = ?3, signing_key = NULL WHERE number = ?1",
        (me.device.0, number, before),
    )?;
    // It speaks of this life of the server.
    db.execute("UPDATE meta SET value = ?1 WHERE key = 'epoch'", [request.epoch])?;
    // What it sent before is not in this log.
    db.execute("INSERT INTO hole VALUES (?1, 1, ?2, 0)", (number, before))?;
    server.start().await?;
    let post = reqwest::Client::new().post(server.url("/api/sync")).bearer_auth(&me.token);
    let post = post.header("content-type", kind).header("accept", COMPACT_TYPE).body(body);
    let answer = post.send().await?;
    ensure!(answer.status().is_success(), "{}", answer.status());
    let reply = decode_reply(&answer.bytes().await?)?;
    ensure!(reply.kept == request.own_high, "{} of {} kept", reply.kept, request.own_high);
    let in_log: i64 =
        db.query_row("SELECT COUNT(*) FROM log WHERE device = ?1", [number], |row| row.get(0))?;
    ensure!(
        in_log as usize + reply.set_aside.len() == request.ops.len(),
        "{in_log} accepted, {} set aside",
        reply.set_aside.len()
    );
    server.kill().await?;
    server.verify().await
}

#[test]
fn reply_of_every_release_is_read_by_this_phone() -> Result<()> {
    for release in releases()? {
        for name in ["reply", "reply_wipe"] {
            let hex = std::fs::read_to_string(release.join(format!("{name}.hex")))?;
            let reply = decode_reply(&from_hex(&hex)?).context("frozen bytes")?;
            let json = std::fs::read(release.join(format!("{name}.json")))?;
            ensure!(serde_json::from_slice::<Reply>(&json)? == reply, "both say the same");
            let mut phone = Device::default();
            let writes = phone.absorb(&reply, 0);
            phone.show(&writes);
            ensure!(phone.meta().assigned == reply.assigned, "it knows its streets");
            ensure!(phone.meta().epoch == reply.epoch, "this phone knows whom it spoke to");
            // And it goes on from there.
            ensure!(
                decode_request(&encode_request(&phone.request("new", 0))).is_ok(),
                "it can ask on"
            );
        }
    }
    Ok(())
}

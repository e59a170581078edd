//! What a real browser signs with: nobody can take it out, and a token without it is worth nothing.

use aanbel_shared::sync::{COMPACT_TYPE, Problem, encode_request};
use aanbel_tests::phones::{FLEUR, fresh_doors, phone_of};
use aanbel_tests::places::enrolled_phone;
use aanbel_tests::planted::type_all;
use aanbel_tests::server::Server;
use aanbel_tests::street::database;
use aanbel_tests::wait;
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// Tries every way to take the key out.
const TAKE_OUT: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const row = open.result.transaction('keys').objectStore('keys').get('signing');
        row.onsuccess = async () => {
            open.result.close();
            const key = row.result.secret;
            const told = { kind: key.constructor.name, type: key.type, extractable: key.extractable,
                usages: key.usages.join(), got: [] };
            for (const format of ['raw', 'pkcs8', 'jwk', 'spki']) {
                try { await crypto.subtle.exportKey(format, key); told.got.push(format); } catch {}
            }
            done(told);
        };
    };";

/// Writes down what the page sends with its requests.
const LISTEN: &str = "
    const real = globalThis.fetch;
    globalThis.sent = [];
    globalThis.fetch = (path, init) => {
        const headers = Object.fromEntries(init?.headers ?? []);
        globalThis.sent.push({ path, ...headers });
        return real(path, init);
    };";

const HEARD: &str = "return globalThis.sent.find((one) => one.path === '/api/sync') ?? null";

#[tokio::test(flavor = "multi_thread")]
async fn key_of_a_phone_cannot_be_taken_out_and_its_token_alone_is_refused() -> Result<()> {
    let mut server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let told = phone.page().execute_async(TAKE_OUT, vec![]).await?;
    let expected = json!({"kind": "CryptoKey", "type": "private", "extractable": false,
        "usages": "sign", "got": []});
    ensure!(*told.json() == expected, "{told:?}");

    phone.goto(&server.url(&format!("/app/deur/{}", fresh_doors(&witness, 1)?[0]))).await?;
    phone.press("Gesprek beginnen").await?;
    phone.arrive("/app/gesprek/").await?;
    type_all(&phone).await?;
    phone.command("Page.addScriptToEvaluateOnNewDocument", json!({"source": LISTEN})).await?;
    phone.goto(&server.url("/app/toestel")).await?;
    let sent = wait::until("an exchange", async || {
        phone.page().execute(HEARD, vec![]).await.ok()?.json().clone().as_object().cloned()
    })
    .await?;
    let header = |name: &str| sent.get(name).and_then(|value| value.as_str()).context("a header");
    ensure!(header("x-aanbel-signature")?.len() == 128, "the exchange is signed");
    let stolen = header("authorization")?;
    let body = encode_request(&witness.device.request("proef", 0));
    let client = reqwest::Client::new();
    let post = client.post(server.url("/api/sync")).header("authorization", stolen);
    let post = post.header("content-type", COMPACT_TYPE).header("accept", "application/json");
    let answer = post.body(body).send().await?;
    ensure!(answer.status() == 403, "{}", answer.status());
    let problem: Problem = serde_json::from_str(&answer.text().await?)?;
    ensure!(problem.code == "not_signed", "{problem:?}");
    ensure!(problem.sentence.contains("niet ondertekend"), "{problem:?}");
    server.kill().await?;
    let db = database(server.data())?;
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let refused = "SELECT COUNT(*) FROM audit WHERE action = 'phone_refused' AND about <> ''";
    ensure!(count(refused)? == 1, "a line in the audit");
    ensure!(count("SELECT COUNT(*) FROM device WHERE number > 7 AND signing_key IS NULL")? == 0);
    drop(db);
    server.verify().await
}

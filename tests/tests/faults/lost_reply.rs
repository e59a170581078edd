//! The server commits and the line goes dead: one effect, however often the phone asks again.

use aanbel_shared::sync::RecordState;
use aanbel_tests::client::Phone;
use aanbel_tests::phones::{door, made_up, nobody, phone_of};
use aanbel_tests::proxy::Proxy;
use aanbel_tests::runs::{Chance, times};
use aanbel_tests::server::Server;
use aanbel_tests::street::WALKERS;
use anyhow::{Result, ensure};

#[tokio::test]
async fn lost_replies_have_one_effect_each() -> Result<()> {
    let mut server = Server::street().await?;
    let net = Proxy::start(server.listen).await?;
    let mut walker = phone_of(&server, WALKERS[0], "a").await?;
    walker.address = format!("http://{}", net.address);
    let mut chance = Chance::new(2);
    let rounds = times(500, 500);
    let mut asked = 0;
    for round in 0..rounds {
        let id = made_up(&format!("once {round}"));
        walker.write(vec![nobody(id, door(&walker, round % 20)?)])?;
        net.lose_answers(true);
        for _ in 0..=chance.below(3) {
            ensure!(walker.exchange().await.is_err(), "nobody hears the answer");
            asked += 1;
        }
        ensure!(walker.device.record_state(id) == RecordState::Waiting, "not acknowledged");
        net.lose_answers(false);
        if chance.below(2) == 0 {
            walker.restart();
        }
        walker.sync().await?;
        ensure!(walker.device.record_state(id) == RecordState::AtOffice, "acknowledged once");
    }
    ensure!(net.lost() >= asked, "{} of {asked} answers were given and lost", net.lost());
    let other = phone_of(&server, WALKERS[1], "b").await?;
    ensure!(other.device.records().of_kind("attempt").count() == rounds, "one effect each");
    ensure!(other.device.records() == walker.device.records(), "the same everywhere");
    server.kill().await?;
    server.verify().await
}

/// The code is used up, and the phone never heard that it is enrolled.
#[tokio::test]
async fn lost_reply_to_enrolment_can_be_asked_again() -> Result<()> {
    let server = Server::street().await?;
    let net = Proxy::start(server.listen).await?;
    let code = server.enrol_code(WALKERS[0]).await?;
    let mut phone = Phone::new(&format!("http://{}", net.address));
    net.lose_answers(true);
    assert!(phone.enrol(&code, "a").await.is_err());
    net.lose_answers(false);
    phone.enrol(&code, "a").await?;
    phone.sync().await?;
    let mut other = Phone::new(&server.address());
    let refusal = other.enrol(&code, "b").await.expect_err("the code was used");
    assert!(refusal.to_string().contains("code_used"), "{refusal}");
    Ok(())
}

//! The server commits and the line goes dead: one effect, however often the phone asks again.

use super::phones::{ANNA, door, made_up, nobody, phone_of};
use aanbel_shared::sync::RecordState;
use aanbel_tests::client::Phone;
use aanbel_tests::proxy::Proxy;
use aanbel_tests::server::Server;
use anyhow::Result;

#[tokio::test]
async fn lost_reply_has_one_effect() -> Result<()> {
    let mut server = Server::demo().await?;
    let net = Proxy::start(server.listen).await?;
    let mut anna = phone_of(&server, ANNA, "a").await?;
    anna.address = format!("http://{}", net.address);
    let before = anna.device.records().of_kind("attempt").count();
    let own_door = door(&anna, 0)?;
    anna.write(vec![nobody(made_up("once"), own_door)])?;
    net.lose_answers(true);
    assert!(anna.sync().await.is_err());
    assert!(anna.sync().await.is_err());
    assert!(net.lost() >= 2, "the server answered, and nobody heard");
    assert_eq!(anna.device.record_state(made_up("once")), RecordState::Waiting);
    net.lose_answers(false);
    anna.restart();
    anna.sync().await?;
    assert_eq!(anna.device.record_state(made_up("once")), RecordState::AtOffice);
    let second = phone_of(&server, ANNA, "a2").await?;
    assert_eq!(second.device.records().of_kind("attempt").count(), before + 1);
    assert_eq!(second.device.records(), anna.device.records());
    server.kill().await?;
    server.verify().await
}

/// The code is used up, and the phone never heard that it is enrolled.
#[tokio::test]
async fn lost_reply_to_enrolment_can_be_asked_again() -> Result<()> {
    let server = Server::demo().await?;
    let net = Proxy::start(server.listen).await?;
    let code = server.enrol_code(ANNA).await?;
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

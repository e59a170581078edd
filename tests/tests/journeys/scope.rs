//! A phone holds the streets of its person and nothing else, and nobody can write as another.

use aanbel_shared::record::{Dot, Op, Value};
use aanbel_shared::sync::{Change, Reason, Request};
use aanbel_tests::client::Phone;
use aanbel_tests::phones::{ANNA, BILAL, door, made_up, nobody, phone_of};
use aanbel_tests::server::Server;
use anyhow::Result;
use std::collections::BTreeSet;

#[tokio::test]
async fn phone_never_receives_a_street_that_is_not_hers() -> Result<()> {
    let mut server = Server::demo().await?;
    let anna = phone_of(&server, ANNA, "a").await?;
    let bilal = phone_of(&server, BILAL, "b").await?;
    let lists =
        |phone: &Phone| phone.device.meta().assigned.iter().copied().collect::<BTreeSet<_>>();
    let others: BTreeSet<_> = lists(&bilal).difference(&lists(&anna)).copied().collect();
    assert!(!others.is_empty(), "Bilal walks a street that Anna does not");
    for phone in [&anna, &bilal] {
        assert!(phone.device.records().of_kind("address").count() > 0);
        assert!(phone.device.records().iter().all(|one| lists(phone).contains(&one.worklist)));
        assert!(phone.store.values().all(|one| lists(phone).contains(&one.op.worklist)));
    }
    // Asking for another's street by its number gives nothing either.
    let mut curious = anna;
    let mut request = curious.device.request("proef", 0);
    request.cursors.extend(others.iter().map(|list| (*list, 0)));
    let reply = curious.send(&request).await?;
    assert!(reply.pages.iter().all(|page| !others.contains(&page.worklist)));
    assert!(reply.assigned.iter().all(|list| !others.contains(list)));
    server.kill().await?;
    server.verify().await
}

#[tokio::test]
async fn forged_op_changes_nothing_and_is_set_aside_with_its_reason() -> Result<()> {
    let mut server = Server::demo().await?;
    let mut anna = phone_of(&server, ANNA, "a").await?;
    let mut bilal = phone_of(&server, BILAL, "b").await?;
    let before = bilal.device.records().clone();
    let (own_door, own_street) = door(&anna, 0)?;
    let not_annas =
        |one: &&aanbel_shared::record::Record| !anna.device.meta().assigned.contains(&one.worklist);
    let other = bilal.device.records().of_kind("address").find(not_annas);
    let other = other.expect("Bilal walks a street that Anna does not");
    let (other_door, other_street) = (other.id, other.worklist);
    let opted_out =
        |door, street| Change::new(door, "address", street).with("opted_out", Value::Bool(true));
    let changes = vec![
        (Reason::NotAssigned, opted_out(other_door, other_street)),
        (Reason::OtherRecord, opted_out(other_door, own_street)),
        (Reason::OtherDevice, nobody(made_up("as another"), (own_door, own_street))),
        (
            Reason::MayNotWrite,
            Change::new(own_door, "address", own_street).with("street", Value::text("Elders")),
        ),
        (
            Reason::UnknownField,
            Change::new(own_door, "address", own_street).with("income", Value::Int(1)),
        ),
        (
            Reason::WrongValue,
            nobody(made_up("wrong"), (own_door, own_street)).with("result", Value::choice("x")),
        ),
    ];
    let reasons: Vec<Reason> = changes.iter().map(|(reason, _)| *reason).collect();
    let ops = forge(&anna, &bilal, changes)?;
    let last = ops.last().expect("six").dot.seq;
    let request = Request { own_high: last, ops, ..anna.device.request("proef", 0) };
    let reply = anna.send(&request).await?;
    assert_eq!(reply.kept, last, "nothing is refused: the sequence moves on");
    let mut set_aside = reply.set_aside.clone();
    set_aside.sort_by_key(|one| one.dot.seq);
    assert_eq!(set_aside.iter().map(|one| one.reason).collect::<Vec<_>>(), reasons);
    bilal.sync().await?;
    assert_eq!(bilal.device.records(), &before);
    let again = phone_of(&server, ANNA, "a2").await?;
    assert!(again.device.records().get(made_up("as another")).is_none());
    server.kill().await?;
    server.verify().await
}

/// The ops as Anna's phone would make them, the third under Bilal's number.
fn forge(anna: &Phone, bilal: &Phone, changes: Vec<(Reason, Change)>) -> Result<Vec<Op>> {
    let mut ops = Vec::new();
    for (place, (reason, change)) in changes.into_iter().enumerate() {
        let writes = anna.device.prepare(vec![change], 1_795_000_000_000)?;
        for write in writes {
            if let aanbel_shared::sync::Write::Put(stored) = write {
                let maker = if reason == Reason::OtherDevice { bilal } else { anna };
                let device = maker.device.me().expect("enrolled").device;
                ops.push(Op { dot: Dot::new(device, place as u64 + 1), ..stored.op });
            }
        }
    }
    Ok(ops)
}

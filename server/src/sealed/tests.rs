//! The envelope from the other side: what a phone seals is opened, and nothing else is.

use super::keys::{Opened, SealingKey};
use crate::access;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId, Seen, Value, WorklistId};
use aanbel_shared::sync::{Envelope, PURPOSE, SealedOp, encode_plain};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

fn sealed_op() -> SealedOp {
    let set = vec![Assignment {
        field: "text".into(),
        value: Value::text("aan de deur gezegd"),
        seen: Seen::default(),
    }];
    let op = Op {
        dot: Dot::new(DeviceNo(7), 1),
        record: RecordId::at(1, [1; 10]),
        kind: "note".into(),
        worklist: WorklistId::at(1, [2; 10]),
        at_ms: 5,
        set,
    };
    SealedOp { token: "geheim".into(), op }
}

/// As `app/src/store/outbox.rs` does it with the browser's cryptography.
fn seal(server: &[u8], what: &SealedOp) -> Vec<u8> {
    let own = SecretKey::from_slice(&[9; 32]).expect("a number below the order");
    let point = own.public_key().to_encoded_point(false);
    let theirs = PublicKey::from_sec1_bytes(server).expect("a point");
    let shared = p256::ecdh::diffie_hellman(own.to_nonzero_scalar(), theirs.as_affine());
    let salt = [point.as_bytes(), server].concat();
    let mut key = [0; 32];
    let derived = Hkdf::<Sha256>::new(Some(&salt), shared.raw_secret_bytes().as_slice());
    derived.expand(PURPOSE.as_bytes(), &mut key).expect("a length that HKDF gives");
    let nonce = access::random::<12>();
    let payload = Payload { msg: &encode_plain(what), aad: b"sealed op" };
    let cipher = Aes256Gcm::new_from_slice(&key).expect("32 bytes");
    let inside = cipher.encrypt(Nonce::from_slice(&nonce), payload).expect("short enough");
    let content = [&nonce[..], &inside].concat();
    let key = Envelope::key_name(server);
    Envelope { signed: false, key, point: point.as_bytes(), content: &content }.write()
}

#[test]
fn what_is_sealed_to_this_server_is_opened_and_nothing_else() {
    let folders = [(), ()].map(|()| tempfile::tempdir().expect("a folder for the test"));
    let [mine, other] = [0, 1].map(|at: usize| SealingKey::of(folders[at].path()).expect("a key"));
    let good = seal(&mine.point(), &sealed_op());
    let mut altered = good.clone();
    let last = altered.len() - 1;
    altered[last] ^= 1;
    let batch = [good.clone(), seal(&other.point(), &sealed_op()), altered, vec![1, 2], good];
    let opened = mine.open_all(&batch);
    let (what, inside) = (sealed_op(), encode_plain(&sealed_op()));
    let same = Some(Opened { what, inside, signature: None });
    assert_eq!(opened, [same.clone(), None, None, None, same]);
}

#[test]
fn key_stays_the_same_and_only_its_owner_reads_it() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let first = SealingKey::of(folder.path()).expect("a new key");
    let again = SealingKey::of(folder.path()).expect("the same key");
    assert_eq!(first.point(), again.point());
    let files = std::fs::read_dir(folder.path()).expect("a folder").flatten().collect::<Vec<_>>();
    assert_eq!(files.len(), 1, "nothing half made is left behind");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let rights = files[0].metadata().expect("a file").permissions().mode();
        assert_eq!(rights & 0o777, 0o600);
    }
}

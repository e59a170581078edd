//! Limits on guessing: token buckets by key, on the caller's clock.

use super::PersonId;
use crate::listen::household;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// More keys than this and the full buckets are forgotten.
const KEYS_MAX: usize = 10_000;

/// So many tries at once per key, and one more every `refill_ms`.
#[derive(Debug)]
pub struct Limiter {
    tries: f64,
    refill_ms: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at_ms: i64,
}

impl Limiter {
    pub fn new(tries: u32, refill_ms: u32) -> Self {
        let (tries, refill_ms) = (f64::from(tries), f64::from(refill_ms));
        Limiter { tries, refill_ms, buckets: Mutex::default() }
    }

    /// Takes one try; false when there is none left now.
    pub fn take(&self, key: &str, now_ms: i64) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEYS_MAX {
            buckets.retain(|_, bucket| self.refilled(bucket, now_ms) < self.tries);
        }
        let full = Bucket { left: self.tries, at_ms: now_ms };
        let bucket = buckets.entry(key.to_owned()).or_insert(full);
        bucket.left = self.refilled(bucket, now_ms);
        bucket.at_ms = now_ms;
        let free = bucket.left >= 1.0;
        if free {
            bucket.left -= 1.0;
        }
        free
    }

    /// Gives one try back: it was no guess.
    pub fn give_back(&self, key: &str) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(key) {
            bucket.left = (bucket.left + 1.0).min(self.tries);
        }
    }

    /// Forgets what this key did; a right password proves it was no guessing.
    pub fn forgive(&self, key: &str) {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn refilled(&self, bucket: &Bucket, now_ms: i64) -> f64 {
        let passed_ms = (now_ms - bucket.at_ms).max(0) as f64;
        (bucket.left + passed_ms / self.refill_ms).min(self.tries)
    }
}

/// The limits of one server.
#[derive(Debug)]
pub struct Limits {
    sign_in_login: Limiter,
    /// Wider than the one before, over all addresses: so that a stranger elsewhere cannot lock
    /// somebody out, nor guess on from address to address.
    sign_in_name: Limiter,
    sign_in_peer: Limiter,
    enrol_peer: Limiter,
    /// Codes of the second step, and passwords given again, by person.
    code: Limiter,
    /// Lines in the audit about what one session asked for and did not get.
    refusal: Limiter,
    sealed_peer: Limiter,
    /// Lines in the audit about phones that were refused: by address, and of all together.
    phone_refused_peer: Limiter,
    phone_refused: Limiter,
}

const MINUTE_MS: u32 = 60_000;

impl Default for Limits {
    fn default() -> Self {
        Limits {
            sign_in_login: Limiter::new(8, MINUTE_MS),
            sign_in_name: Limiter::new(60, MINUTE_MS / 4),
            sign_in_peer: Limiter::new(30, MINUTE_MS / 2),
            // A whole team enrols behind one address at the kick-off.
            enrol_peer: Limiter::new(40, MINUTE_MS / 4),
            code: Limiter::new(8, MINUTE_MS),
            refusal: Limiter::new(200, MINUTE_MS / 10),
            // Whoever comes along may hand in sealed work, and opening it takes the server some effort.
            sealed_peer: Limiter::new(40, MINUTE_MS / 20),
            phone_refused_peer: Limiter::new(10, 10 * MINUTE_MS),
            phone_refused: Limiter::new(100, MINUTE_MS),
        }
    }
}

impl Limits {
    /// Whether one more sign-in may be tried for this name from this address.
    pub fn sign_in(&self, login: &str, peer: IpAddr, now_ms: i64) -> bool {
        self.sign_in_peer.take(&place(peer), now_ms)
            && self.sign_in_login.take(&from(login, peer), now_ms)
            && self.sign_in_name.take(&name(login), now_ms)
    }

    pub fn signed_in(&self, login: &str, peer: IpAddr) {
        self.sign_in_login.forgive(&from(login, peer));
        self.sign_in_name.give_back(&name(login));
        self.sign_in_peer.give_back(&place(peer));
    }

    /// Whether this person may be asked for a code, or her password again, once more.
    pub fn code(&self, person: PersonId, now_ms: i64) -> bool {
        self.code.take(&person.0.to_string(), now_ms)
    }

    pub fn code_was_right(&self, person: PersonId) {
        self.code.forgive(&person.0.to_string());
    }

    /// Whether one more refusal of this session is written down; a flood says nothing more.
    pub fn refusal(&self, session: i64, now_ms: i64) -> bool {
        self.refusal.take(&session.to_string(), now_ms)
    }

    /// Whether one more refused phone is written down. Whoever floods from one address, or from many,
    /// fills no audit.
    pub fn phone_refused(&self, peer: IpAddr, now_ms: i64) -> bool {
        self.phone_refused_peer.take(&place(peer), now_ms) && self.phone_refused.take("", now_ms)
    }

    pub fn enrol(&self, peer: IpAddr, now_ms: i64) -> bool {
        self.enrol_peer.take(&place(peer), now_ms)
    }

    /// Whether one more batch of sealed ops may come from this address.
    pub fn sealed(&self, peer: IpAddr, now_ms: i64) -> bool {
        self.sealed_peer.take(&place(peer), now_ms)
    }

    pub fn enrolled(&self, peer: IpAddr) {
        self.enrol_peer.give_back(&place(peer));
    }
}

/// The key of a name: as it is looked up, so that spaces and capitals make no other one of it.
fn name(login: &str) -> String {
    login.trim().to_lowercase()
}

/// The key of an address: one subscriber has as many IPv6 addresses as she wishes.
fn place(peer: IpAddr) -> String {
    household(peer).to_string()
}

fn from(login: &str, peer: IpAddr) -> String {
    format!("{} {}", place(peer), name(login))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_run_out_per_key_and_come_back_with_time() {
        let limiter = Limiter::new(2, 1_000);
        assert!(limiter.take("a", 0) && limiter.take("a", 0));
        assert!(!limiter.take("a", 500));
        assert!(limiter.take("b", 500), "another key has tries of its own");
        assert!(limiter.take("a", 1_600));
        assert!(!limiter.take("a", 1_600));
        limiter.forgive("a");
        assert!(limiter.take("a", 1_600));
    }

    #[test]
    fn spaces_and_addresses_of_one_house_give_no_tries() {
        let limits = Limits::default();
        let address = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 7, 0, 0, 0, last]);
        let written = ["iris", " iris", "iris ", "IRIS", " Iris  ", "\tiris", "iRis", "iris\n"];
        for (last, name) in (0..).zip(written) {
            assert!(limits.sign_in(name, address(last), 0));
        }
        assert!(!limits.sign_in("  iris", address(99), 0), "eight tries are eight tries");
        let house_next_door = IpAddr::from([0x2001, 0xdb8, 0, 8, 0, 0, 0, 1]);
        assert!(limits.sign_in("iris", house_next_door, 0));
        assert!((0..40).all(|last| limits.enrol(address(last), 0)));
        assert!(!limits.enrol(address(99), 0), "nor for codes");
    }

    #[test]
    fn clock_that_goes_back_gives_no_tries() {
        let limiter = Limiter::new(1, 1_000);
        assert!(limiter.take("a", 10_000));
        assert!(!limiter.take("a", 0));
    }
}

//! The hidden page `/app/#proef` of a test build: runs the store's conformance suite in this browser
//! and leaves the outcome in `<pre id="proef">`: `ok`, or one line per rule that did not hold.

use crate::store::conformance;
use crate::store::vault_bench::{self, InBrowser};
use crate::ui::prelude::*;
use leptos::task::spawn_local;

/// Whether this page was asked for.
pub fn is_wanted() -> bool {
    window().location().hash().is_ok_and(|hash| hash == "#proef")
}

pub fn start() {
    mount_to_body(|| view! { <Proof /> });
}

#[component]
fn Proof() -> impl IntoView {
    let outcome = RwSignal::new(None::<Vec<String>>);
    spawn_local(async move {
        let browser = InBrowser::default();
        let mut broken = conformance::run(&browser).await;
        if let Err(what) = vault_bench::migration(&browser).await {
            broken.push(format!("a readable store becomes a sealed one: {what}"));
        }
        if let Err(what) = vault_bench::farewells(&browser).await {
            broken.push(format!("a farewell stays until it was heard: {what}"));
        }
        if let Err(what) = vault_bench::reopening(&browser).await {
            broken.push(format!("a closed database is opened again: {what}"));
        }
        if let Err(what) = vault_bench::unsealed(&browser).await {
            broken.push(format!("what is not sealed is noted: {what}"));
        }
        outcome.set(Some(broken));
    });
    drawn(move || {
        outcome.get().map(|broken| {
            let words = if broken.is_empty() { "ok".to_owned() } else { broken.join("\n") };
            view! { <pre id="proef">{words}</pre> }
        })
    })
}

//! The field app of Aanbel. It is a program for the browser; built natively it does nothing, so
//! that the workspace builds and the parts without a browser are tested.

// What only the browser uses is unused natively, where these are built for their tests alone.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
// In `view!` a closure is of one kind with all others, and a name in its place brings a kind of its own.
#![allow(clippy::redundant_closure)]

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod form;
#[cfg(target_arch = "wasm32")]
mod idle;
#[cfg(target_arch = "wasm32")]
mod kit;
#[cfg(target_arch = "wasm32")]
mod link;
#[cfg(target_arch = "wasm32")]
mod pages;
#[cfg(all(target_arch = "wasm32", feature = "conformance"))]
mod proof;
#[cfg(target_arch = "wasm32")]
mod route;
#[cfg(target_arch = "wasm32")]
mod schemes;
#[cfg(target_arch = "wasm32")]
mod session;
#[cfg(target_arch = "wasm32")]
mod shell;
#[cfg(any(target_arch = "wasm32", test))]
mod store;
#[cfg(target_arch = "wasm32")]
mod tab;
#[cfg(target_arch = "wasm32")]
mod ui;
#[cfg(any(target_arch = "wasm32", test))]
mod visit;
#[cfg(any(target_arch = "wasm32", test))]
mod walk;

#[cfg(target_arch = "wasm32")]
fn main() {
    browser::panic::watch();
    #[cfg(feature = "conformance")]
    if proof::is_wanted() {
        browser::early::take();
        return proof::start();
    }
    shell::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

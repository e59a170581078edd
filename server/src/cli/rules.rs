//! `aanbel rules`: the rules as data, written out in plain Dutch.

use super::asked::{self, Asked, Refusals, View};
use crate::rules::{self, Place};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::process::ExitCode;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    asked: Asked,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Markdown,
    Csv,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let mut refusals = Refusals::default();
    let on = options.asked.day(&mut refusals);
    let scope = options.asked.scope(None, &mut refusals);
    let all = options.asked.catalogue(&mut refusals);
    let (Some(on), true) = (on, refusals.is_empty()) else { return Ok(refusals.end()) };
    let view = View::of(all, &scope);
    let place = Place { municipality: &view.name, version: &view.version };
    let blocks = rules::list(&view.catalogue, on, place);
    asked::print(&match options.format {
        Format::Text => rules::text(&blocks),
        Format::Markdown => rules::markdown(&blocks),
        Format::Csv => rules::csv(&view.catalogue, on),
    })?;
    Ok(ExitCode::SUCCESS)
}

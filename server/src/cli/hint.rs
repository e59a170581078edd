//! `aanbel hint`: what the rules say about one household, as JSON for other programs.

use super::asked::{self, Asked, Refusals, View};
use super::facts_file;
use crate::catalogue::NATIONAL;
use aanbel_shared::scheme::{Catalogue, Facts, Given, Report, evaluate};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub struct Options {
    /// JSON object with the facts of one household; `-` reads standard input.
    #[arg(long, value_name = "FILE.json")]
    facts: Option<PathBuf>,
    #[command(flatten)]
    asked: Asked,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let mut refusals = Refusals::default();
    let on = options.asked.day(&mut refusals);
    let file = match &options.facts {
        None => Err("--facts ontbreekt; verwacht wordt een JSON-bestand, of - ".to_owned()),
        Some(path) => asked::text_of(path).and_then(|text| {
            facts_file::read(&text).map_err(|sentence| format!("--facts: {sentence}"))
        }),
    };
    let file = file.map_err(|sentence| refusals.say(sentence)).ok();
    let named = file.as_ref().and_then(|file| file.municipality());
    let scope = options.asked.scope(named, &mut refusals);
    let all = options.asked.catalogue(&mut refusals);
    // Without a good day the facts can still be told what is wrong with them.
    let checked = file.map(|file| {
        let day = on.or(all.compiled_on).unwrap_or_default();
        file.check(&all, day)
    });
    let facts = match checked {
        Some(Ok(facts)) => Some(facts),
        Some(Err(sentences)) => {
            refusals.extend(sentences);
            None
        }
        None => None,
    };
    let (Some(on), Some(facts), true) = (on, facts, refusals.is_empty()) else {
        return Ok(refusals.end());
    };
    let view = View::of(all, &scope);
    let facts = with_municipality(&view.catalogue, facts, &scope);
    let hints = evaluate(&view.catalogue, &facts, on);
    let report = Report::of(&view.catalogue, &view.version, on, &hints);
    asked::print(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// Who asked for a municipality knows it.
fn with_municipality(catalogue: &Catalogue, facts: Facts, scope: &str) -> Facts {
    if scope == NATIONAL || facts.get(asked::MUNICIPALITY).is_some() {
        return facts;
    }
    facts.with(catalogue, asked::MUNICIPALITY, Given::Word(scope.to_owned()))
}

//! axe-core in the page: which rules of accessibility a page breaks.

use crate::built;
use anyhow::{Context, Result};
use thirtyfour::WebDriver;

const RUN: &str = "
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(
  found => done(found.violations.flatMap(one => one.nodes.map(
    node => one.id + ': ' + one.help + ' -- ' + node.target.join(' ') + ' -- ' +
      (node.any[0] || node.all[0] || node.none[0] || {message: ''}).message))),
  error => done(['axe failed: ' + error]));
";

/// One line per element that breaks a rule; empty when all is well.
///
/// # Errors
/// When axe-core is not there or does not run.
pub async fn violations(page: &WebDriver) -> Result<Vec<String>> {
    let script = std::fs::read_to_string(built::axe()).context("axe-core's script")?;
    // Through the driver, so that the page's own rules against foreign scripts stay in force.
    page.execute(script, vec![]).await?;
    let found = page.execute_async(RUN, vec![]).await?;
    Ok(found.convert()?)
}

//! axe-core in the page: which rules of accessibility a page breaks.

use crate::browser::{Browser, Look};
use crate::built;
use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::WebDriver;

const RUN: &str = "
const done = arguments[arguments.length - 1];
const rules = arguments[0];
const only = rules.length > 0 ? {runOnly: {type: 'rule', values: rules}} : {};
axe.run(document, {resultTypes: ['violations'], ...only}).then(
  found => done(found.violations.flatMap(one => one.nodes.map(
    node => one.id + ': ' + one.help + ' -- ' + node.target.join(' ') + ' -- ' +
      (node.any[0] || node.all[0] || node.none[0] || {message: ''}).message))),
  error => done(['axe failed: ' + error]));
";
/// Of the rules that it looks at by itself those that see colours.
const COLOURS: &[&str] = &["color-contrast", "link-in-text-block"];

/// One line per element that breaks a rule; empty when all is well.
///
/// # Errors
/// When axe-core is not there or does not run.
pub async fn violations(page: &WebDriver) -> Result<Vec<String>> {
    broken(page, &[]).await
}

/// As `violations`, of the page as it stands in the light colours of this look and in its dark ones. What
/// has nothing to do with colours is looked at once.
///
/// # Errors
/// As `violations`.
pub async fn violations_in_both(browser: &mut Browser, look: Look) -> Result<Vec<String>> {
    browser.look_as(look.dark()).await?;
    let dark = broken(browser.page(), COLOURS).await?;
    browser.look_as(look).await?;
    let mut found = broken(browser.page(), &[]).await?;
    found.extend(dark.into_iter().map(|rule| format!("{rule} (dark)")));
    Ok(found)
}

/// By these rules, or when there are none by all.
async fn broken(page: &WebDriver, rules: &[&str]) -> Result<Vec<String>> {
    let is_there = page.execute("return 'axe' in window", vec![]).await?;
    if !is_there.convert::<bool>()? {
        let script = std::fs::read_to_string(built::axe()).context("axe-core's script")?;
        // Through the driver, so that the page's own rules against foreign scripts stay in force.
        page.execute(script, vec![]).await?;
    }
    let found = page.execute_async(RUN, vec![json!(rules)]).await?;
    Ok(found.convert()?)
}

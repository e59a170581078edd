//! The blocks of the rule list as HTML. What stands in them is `crate::rules`'s.

use crate::office::parts;
use crate::rules::{Block, Condition, Limit, Table};
use aanbel_shared::scheme::Day;
use leptos::prelude::*;

/// All blocks; a title is the page's own heading.
pub fn blocks(blocks: &[Block]) -> AnyView {
    let all = blocks.iter().enumerate().map(|(place, one)| block(place, one));
    all.collect_view().into_any()
}

/// Links to the parts of a long list.
pub fn contents(blocks: &[Block]) -> AnyView {
    let links = blocks.iter().enumerate().filter_map(|(place, block)| match block {
        Block::Heading(2, words) => {
            let href = format!("#{}", part(place));
            Some(view! { <li><a href=href>{words.clone()}</a></li> })
        }
        _ => None,
    });
    view! {
        <nav class="aanbel-contents" aria-label="Op deze pagina"><ul>{links.collect_view()}</ul></nav>
    }
    .into_any()
}

fn part(place: usize) -> String {
    format!("deel-{place}")
}

fn block(place: usize, block: &Block) -> AnyView {
    match block.clone() {
        Block::Heading(1, _) => ().into_any(),
        Block::Heading(2, words) => view! { <h2 id=part(place)>{words}</h2> }.into_any(),
        Block::Heading(_, words) => view! { <h3>{words}</h3> }.into_any(),
        Block::Paragraph(words) => view! { <p>{words}</p> }.into_any(),
        Block::Facts(facts) => data_list(facts),
        Block::Bullets(lines) => {
            let lines = lines.into_iter().map(|words| view! { <li>{words}</li> }).collect_view();
            view! { <ul class="aanbel-bullets">{lines}</ul> }.into_any()
        }
        Block::Condition(one) => condition(&one),
        Block::Table(one) => table(&one),
    }
}

/// Labels with what stands behind them.
pub fn data_list(facts: Vec<(&'static str, String)>) -> AnyView {
    let rows = facts
        .into_iter()
        .map(|(label, words)| view! { <div><dt>{label}</dt><dd>{words}</dd></div> })
        .collect_view();
    view! { <dl class="nl-data-list">{rows}</dl> }.into_any()
}

fn condition(one: &Condition) -> AnyView {
    let looks_at = (!one.looks_at.is_empty())
        .then(|| view! { <p class="aanbel-subtle">{one.looks_at.clone()}</p> });
    view! {
        <div class="aanbel-rule">
            <p><strong>{one.role}</strong>": "{one.text.clone()}</p>
            {looks_at}
            {(!one.limits.is_empty()).then(|| limits(&one.text, &one.limits))}
            <p class="aanbel-subtle">"Bron: "{one.source.clone()}</p>
        </div>
    }
    .into_any()
}

fn limits(of: &str, limits: &[Limit]) -> AnyView {
    let rows = limits
        .iter()
        .map(|limit| {
            view! {
                <tr>
                    <th scope="row">{limit.household.clone()}</th>
                    <td data-label="Grens">{limit.amount.clone()}</td>
                    <td data-label="Geldt">{some(limit.period())}</td>
                    <td data-label="Bron">{some(limit.source.clone())}</td>
                    <td data-label="Nagekeken">{some(limit.checked_on.clone())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details>
            <summary>
                "Grens per huishouden"<span class="aanbel-hidden">" bij: "{of.to_owned()}</span>
            </summary>
            {parts::table(format!("Grenzen bij: {of}"), &["Huishouden", "Grens", "Geldt", "Bron", "Nagekeken"], rows)}
        </details>
    }
    .into_any()
}

/// A cell without text stays without a child, so that a narrow screen leaves it out.
fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// `2026-07-01`, which is not broken over two lines.
fn is_day(cell: &str) -> bool {
    cell.len() == 10 && Day::parse(cell).is_some()
}

/// Rows under a heading, the first column as their name.
pub fn table(table: &Table) -> AnyView {
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().zip(&table.heading).skip(1);
        let cells = cells.map(|(cell, name)| {
            let class = is_day(cell).then_some("nl-table__number");
            view! { <td data-label=*name class=class>{some(cell.clone())}</td> }
        });
        let name = row.first().cloned();
        view! { <tr><th scope="row">{name}</th>{cells.collect_view()}</tr> }
    });
    let caption = table.heading.first().copied().unwrap_or_default();
    parts::table(caption, &table.heading, rows.collect_view())
}

//! The blocks of the rule list as HTML. What stands in them is `crate::rules`'s.

use crate::rules::{Block, Condition, Limit, Table};
use leptos::prelude::*;

/// All blocks; a title is the page's own heading.
pub fn blocks(blocks: &[Block]) -> AnyView {
    blocks.iter().map(block).collect_view().into_any()
}

fn block(block: &Block) -> AnyView {
    match block.clone() {
        Block::Heading(1, _) => ().into_any(),
        Block::Heading(2, words) => view! { <h2>{words}</h2> }.into_any(),
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
            <table class="nl-table nl-table--cards">
                <caption class="aanbel-hidden">{format!("Grenzen bij: {of}")}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Huishouden"</th>
                        <th scope="col">"Grens"</th>
                        <th scope="col">"Geldt"</th>
                        <th scope="col">"Bron"</th>
                        <th scope="col">"Nagekeken"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

/// A cell without text stays without a child, so that a narrow screen leaves it out.
fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Rows under a heading, the first column as their name.
pub fn table(table: &Table) -> AnyView {
    let head = table.heading.iter().map(|cell| view! { <th scope="col">{*cell}</th> });
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().zip(&table.heading).skip(1);
        let cells = cells.map(|(cell, name)| {
            view! { <td data-label=*name>{some(cell.clone())}</td> }
        });
        let name = row.first().cloned();
        view! { <tr><th scope="row">{name}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <table class="nl-table nl-table--cards">
            <caption class="aanbel-hidden">{table.heading.first().copied()}</caption>
            <thead><tr>{head.collect_view()}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

//! The report as one page of HTML.
//!
//! The page needs nothing but itself: no script, no image, no font, no request. Its policy forbids them all, so that
//! even a mistake here could load nothing.
//!
//! It is written through a typed builder, [`Html`], not through templates: names of elements and attributes are
//! literals of this program, everything else is escaped because there is no other way to write it, and elements close
//! by themselves, so that no text can open or end one. A template would check none of that before it runs, and the
//! sentences come from [`crate::story`] anyway, as they do for Markdown.

mod blocks;
mod builder;
mod chart;
mod inline;

use self::blocks::Blocks;
use self::builder::Html;
use crate::page::Block;
use crate::phrase::Phrase;
use crate::report::Report;
use crate::story::{story, title};

/// What the page may load: the style that it holds.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const STYLE: &str = include_str!("html/style.css");

/// The whole document.
pub(crate) fn html(report: &Report) -> String {
    let blocks = story(report);
    let mut page = Html::new();
    page.open("html", &[("lang", "en")]);
    page.open("head", &[]);
    page.leaf("meta", &[("charset", "utf-8")]);
    page.leaf("meta", &[("http-equiv", "Content-Security-Policy"), ("content", POLICY)]);
    page.leaf("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    page.leaf("meta", &[("name", "color-scheme"), ("content", "light dark")]);
    page.leaf("meta", &[("name", "referrer"), ("content", "no-referrer")]);
    page.open("title", &[]);
    page.text(&inline::plain(&title(report)));
    page.close();
    page.style(STYLE);
    page.close();
    page.open("body", &[]);
    page.open("a", &[("class", "skip"), ("href", "#main")]);
    page.text("To the report");
    page.close();
    page.open("main", &[("id", "main")]);
    let tone = match report.gravest() {
        Some(severity) => severity.word(),
        None if report.is_all_clear() => "quiet",
        None => "unsure",
    };
    let mut out = Blocks::new(page, tone, sections(&blocks));
    for block in &blocks {
        out.block(block);
    }
    out.finish()
}

/// The headings that the table of contents lists.
fn sections(blocks: &[Block]) -> Vec<Phrase> {
    let heading = |block: &Block| match block {
        Block::Heading { level: 2, text, .. } => Some(text.clone()),
        _ => None,
    };
    blocks.iter().filter_map(heading).collect()
}

#[cfg(test)]
mod tests;

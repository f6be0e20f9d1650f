//! Blocks of the report, one after the other, before they have a form.

use ir_core::wire::Term;

use crate::chart::Chart;
use crate::phrase::Phrase;

/// A document under construction.
#[derive(Debug, Default)]
pub(crate) struct Page(Vec<Block>);

/// One block.
#[derive(Debug)]
pub(crate) enum Block {
    /// A heading; what follows belongs to it until one of the same or a higher level.
    Heading {
        /// From 1.
        level: u8,
        /// Its words.
        text: Phrase,
        /// What follows is long and for looking up: a form that can may show this instead, until the reader asks.
        folded: Option<Phrase>,
    },
    /// The result, in a sentence.
    Verdict(Phrase),
    /// What the reader must know before anything else.
    Warning(Phrase, Vec<Phrase>),
    /// A paragraph.
    Paragraph(Phrase),
    /// An item of a list.
    Item {
        /// 0; 1 and 2 for items under items.
        depth: usize,
        /// Its number, from 1, in a numbered list.
        number: Option<usize>,
        /// Its words.
        text: Phrase,
    },
    /// What a score is made of, under an item of depth 0.
    Terms(Vec<Term>),
    /// A table; all rows have the length of the head.
    Table {
        /// Names of the columns.
        head: Vec<&'static str>,
        /// Its rows.
        rows: Vec<Vec<Phrase>>,
    },
    /// A picture of a timeline, which repeats what a table says.
    Chart(Chart),
}

impl Page {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn heading(&mut self, level: u8, text: Phrase) {
        self.0.push(Block::Heading { level, text, folded: None });
    }

    /// A heading whose section is long and for looking up; `summary` says what is there.
    pub(crate) fn folded(&mut self, level: u8, text: Phrase, summary: Phrase) {
        self.0.push(Block::Heading { level, text, folded: Some(summary) });
    }

    pub(crate) fn verdict(&mut self, text: Phrase) {
        self.0.push(Block::Verdict(text));
    }

    pub(crate) fn warning(&mut self, text: Phrase, reasons: Vec<Phrase>) {
        self.0.push(Block::Warning(text, reasons));
    }

    /// A paragraph; nothing for an empty one.
    pub(crate) fn paragraph(&mut self, text: Phrase) {
        if !text.is_empty() {
            self.0.push(Block::Paragraph(text));
        }
    }

    /// An item of a plain list.
    pub(crate) fn item(&mut self, text: Phrase) {
        self.0.push(Block::Item { depth: 0, number: None, text });
    }

    /// Item `n`, from 1, of a numbered list.
    pub(crate) fn number(&mut self, n: usize, text: Phrase) {
        self.0.push(Block::Item { depth: 0, number: Some(n), text });
    }

    /// An item under the last one.
    pub(crate) fn under(&mut self, text: Phrase) {
        self.0.push(Block::Item { depth: 1, number: None, text });
    }

    /// An item under the last item that [`Page::under`] wrote.
    pub(crate) fn deeper(&mut self, text: Phrase) {
        self.0.push(Block::Item { depth: 2, number: None, text });
    }

    /// What a score is made of, under the last item.
    pub(crate) fn terms(&mut self, terms: &[Term]) {
        self.0.push(Block::Terms(terms.to_vec()));
    }

    /// A table of at most `most` rows, and how many are left out. Nothing where there is no row.
    pub(crate) fn table(&mut self, head: &[&'static str], mut rows: Vec<Vec<Phrase>>, most: usize) {
        if rows.is_empty() {
            return;
        }
        let left_out = rows.len().saturating_sub(most);
        rows.truncate(most);
        self.0.push(Block::Table { head: head.to_vec(), rows });
        self.left_out(left_out);
    }

    /// A picture, if there is one.
    pub(crate) fn chart(&mut self, chart: Option<Chart>) {
        self.0.extend(chart.map(Block::Chart));
    }

    /// That `n` rows or items are not shown; nothing for none.
    pub(crate) fn left_out(&mut self, n: usize) {
        if n > 0 {
            let more = Phrase::new()
                .count(n as u64)
                .own(" more are left out here; the JSON form has all of them.");
            self.paragraph(more);
        }
    }

    pub(crate) fn blocks(self) -> Vec<Block> {
        self.0
    }
}

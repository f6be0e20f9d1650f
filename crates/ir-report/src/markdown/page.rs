//! Blocks of Markdown, one after the other.

use crate::md::Inline;

/// A document under construction.
#[derive(Debug)]
pub(super) struct Page {
    out: String,
    /// The last block was an item of a list: another item may follow at once.
    list: bool,
    /// Where the content of the last numbered item begins.
    indent: usize,
}

impl Page {
    pub(super) fn new() -> Self {
        Self { out: String::new(), list: false, indent: 2 }
    }

    pub(super) fn heading(&mut self, level: usize, text: Inline) {
        self.gap();
        self.line(0, &format!("{} ", "#".repeat(level)), &text);
    }

    pub(super) fn paragraph(&mut self, text: Inline) {
        if !text.is_empty() {
            self.gap();
            self.line(0, "", &text);
        }
    }

    /// An item of a plain list.
    pub(super) fn item(&mut self, text: Inline) {
        self.list();
        self.line(0, "- ", &text);
        self.indent = 2;
    }

    /// Item `n`, from 1, of a numbered list.
    pub(super) fn number(&mut self, n: usize, text: Inline) {
        self.list();
        let marker = format!("{n}. ");
        self.line(0, &marker, &text);
        self.indent = marker.len();
    }

    /// An item under the last one.
    pub(super) fn under(&mut self, text: Inline) {
        self.line(self.indent, "- ", &text);
    }

    /// An item under the last item that [`Page::under`] wrote.
    pub(super) fn deeper(&mut self, text: Inline) {
        self.line(self.indent + 2, "- ", &text);
    }

    /// A table of at most `most` rows, and how many are left out. Nothing where there is no row.
    pub(super) fn table(&mut self, head: &[&'static str], rows: Vec<Vec<Inline>>, most: usize) {
        if rows.is_empty() {
            return;
        }
        self.gap();
        let head: Vec<_> = head.iter().map(|cell| Inline::new().md(cell)).collect();
        self.row(&head);
        self.row(&vec![Inline::new().md("---"); head.len()]);
        let left_out = rows.len().saturating_sub(most);
        for row in rows.iter().take(most) {
            self.row(row);
        }
        self.left_out(left_out);
    }

    /// That `n` rows or items are not shown; nothing for none.
    pub(super) fn left_out(&mut self, n: usize) {
        if n > 0 {
            let more = Inline::new()
                .count(n as u64)
                .md(" more are left out here; the JSON form has all of them.");
            self.paragraph(more);
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn row(&mut self, cells: &[Inline]) {
        self.out.push('|');
        for cell in cells {
            self.out.push(' ');
            self.out.push_str(cell.as_str());
            self.out.push_str(if cell.is_empty() { "|" } else { " |" });
        }
        self.out.push('\n');
    }

    fn list(&mut self) {
        if !self.list {
            self.gap();
            self.list = true;
        }
    }

    fn gap(&mut self) {
        self.list = false;
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    fn line(&mut self, indent: usize, marker: &str, text: &Inline) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.out.push_str(marker);
        self.out.push_str(text.as_str());
        self.out.push('\n');
    }
}

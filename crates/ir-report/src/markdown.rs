//! The report as Markdown.

use crate::md::line;
use crate::page::Block;
use crate::phrase::Phrase;
use crate::report::Report;
use crate::story::{story, terms};

/// The whole document.
pub(crate) fn markdown(report: &Report) -> String {
    let mut writer = Writer { out: String::new(), list: false, indent: 2 };
    for block in story(report) {
        writer.block(&block);
    }
    writer.out
}

struct Writer {
    out: String,
    /// The last block was an item of a list: another item may follow at once.
    list: bool,
    /// Where the content of the last item of the outer list begins.
    indent: usize,
}

impl Writer {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text, .. } => {
                self.gap();
                self.line(0, &format!("{} ", "#".repeat(usize::from(*level))), text);
            }
            Block::Verdict(text) | Block::Paragraph(text) => {
                self.gap();
                self.line(0, "", text);
            }
            Block::Warning(text, reasons) => {
                self.gap();
                self.line(0, "", &Phrase::new().strong(text.clone()));
                for reason in reasons {
                    self.item(0, None, reason);
                }
            }
            Block::Item { depth, number, text } => self.item(*depth, *number, text),
            Block::Terms(list) => {
                self.item(1, None, &Phrase::new().own("score: ").and(terms(list)));
            }
            Block::Table { head, rows } => self.table(head, rows),
            // Its table says it all.
            Block::Chart(_) => {}
        }
    }

    fn item(&mut self, depth: usize, number: Option<usize>, text: &Phrase) {
        if !self.list {
            self.gap();
            self.list = true;
        }
        let marker = number.map_or_else(|| "- ".to_owned(), |n| format!("{n}. "));
        match depth {
            0 => {
                self.indent = marker.len();
                self.line(0, &marker, text);
            }
            1 => self.line(self.indent, &marker, text),
            _ => self.line(self.indent + 2, &marker, text),
        }
    }

    fn table(&mut self, head: &[&'static str], rows: &[Vec<Phrase>]) {
        self.gap();
        self.row(head.iter().map(|cell| (*cell).to_owned()));
        self.row(head.iter().map(|_| "---".to_owned()));
        for row in rows {
            self.row(row.iter().map(line));
        }
    }

    fn row(&mut self, cells: impl Iterator<Item = String>) {
        self.out.push('|');
        for cell in cells {
            self.out.push(' ');
            self.out.push_str(&cell);
            self.out.push_str(if cell.is_empty() { "|" } else { " |" });
        }
        self.out.push('\n');
    }

    fn gap(&mut self) {
        self.list = false;
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    fn line(&mut self, indent: usize, marker: &str, text: &Phrase) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.out.push_str(marker);
        self.out.push_str(&line(text));
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests;

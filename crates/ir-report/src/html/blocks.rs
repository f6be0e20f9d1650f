//! Blocks as HTML: sections by their headings, lists by the depth of their items.

use ir_core::wire::Term;

use super::builder::Html;
use super::{chart, inline};
use crate::page::Block;
use crate::phrase::Phrase;
use crate::words::number;

/// A table of contents longer than this is cut.
const CONTENTS: usize = 40;

/// A cell of a table with more characters than this may be broken into lines.
const NARROW: usize = 26;

/// A page that grows block by block.
#[derive(Debug)]
pub(super) struct Blocks {
    html: Html,
    /// What the result means, for the style sheet: a severity, `quiet` or `unsure`.
    tone: &'static str,
    /// The headings of sections to come.
    contents: Vec<Phrase>,
    /// Open sections: level, and how many elements were open before.
    sections: Vec<(u8, usize)>,
    /// Open lists: numbered or not, and how many elements were open before.
    lists: Vec<(bool, usize)>,
    /// Sections and charts so far.
    section: usize,
    charts: usize,
}

impl Blocks {
    /// On top of what `html` holds.
    pub(super) fn new(html: Html, tone: &'static str, contents: Vec<Phrase>) -> Self {
        Self { html, tone, contents, sections: vec![], lists: vec![], section: 0, charts: 0 }
    }

    /// The next block.
    pub(super) fn block(&mut self, block: &Block) {
        match block {
            Block::Item { .. } | Block::Terms(_) => {}
            _ => self.end_lists(0),
        }
        match block {
            Block::Heading { level: 1, text, .. } => self.top(text),
            Block::Heading { level, text, folded } => self.heading(*level, text, folded.as_ref()),
            Block::Verdict(text) => self.line("p", &format!("verdict {}", self.tone), text),
            Block::Warning(text, reasons) => self.warning(text, reasons),
            Block::Paragraph(text) => self.line("p", "", text),
            Block::Item { depth, number, text } => self.item(*depth, number.is_some(), text),
            Block::Terms(terms) => self.terms(terms),
            Block::Table { head, rows } => self.table(head, rows),
            Block::Chart(picture) => {
                self.charts += 1;
                chart::draw(&mut self.html, picture, self.charts);
            }
        }
    }

    /// The whole page.
    pub(super) fn finish(self) -> String {
        self.html.finish()
    }

    fn line(&mut self, name: &'static str, class: &str, text: &Phrase) {
        let class = [("class", class)];
        self.html.open(name, if class[0].1.is_empty() { &[] } else { &class });
        inline::phrase(&mut self.html, text);
        self.html.close();
    }

    fn top(&mut self, title: &Phrase) {
        self.sections.push((1, self.html.depth()));
        self.html.open("header", &[]);
        self.line("h1", "", title);
    }

    fn heading(&mut self, level: u8, text: &Phrase, folded: Option<&Phrase>) {
        while let Some((open, depth)) =
            self.sections.pop_if(|(open, _)| *open >= level || *open == 1)
        {
            self.html.close_to(depth);
            if open == 1 {
                self.contents();
            }
        }
        self.sections.push((level, self.html.depth()));
        if level == 2 {
            self.section += 1;
            self.html.open("section", &[("id", &format!("s{}", self.section))]);
        } else {
            self.html.open("section", &[]);
        }
        let name = if level == 2 { "h2" } else { "h3" };
        match folded {
            None => self.line(name, "", text),
            Some(summary) => {
                self.html.open("details", &[]);
                self.html.open("summary", &[]);
                self.line(name, "", text);
                self.html.open("span", &[("class", "hint")]);
                inline::phrase(&mut self.html, summary);
                self.html.close();
                self.html.close();
            }
        }
    }

    fn contents(&mut self) {
        self.html.open("nav", &[("aria-label", "Contents")]);
        self.html.open("ol", &[]);
        for (n, heading) in std::mem::take(&mut self.contents).iter().take(CONTENTS).enumerate() {
            self.html.open("li", &[]);
            let target = format!("#s{}", n + 1);
            self.html.element("a", &[("href", &target)], &inline::plain(heading));
            self.html.close();
        }
        self.html.close();
        self.html.close();
    }

    fn warning(&mut self, text: &Phrase, reasons: &[Phrase]) {
        self.html.open("div", &[("class", "warning"), ("role", "note")]);
        self.html.open("p", &[]);
        self.html.open("strong", &[]);
        inline::phrase(&mut self.html, text);
        self.html.close();
        self.html.close();
        self.html.open("ul", &[]);
        for reason in reasons {
            self.line("li", "", reason);
        }
        self.html.close();
        self.html.close();
    }

    fn item(&mut self, depth: usize, numbered: bool, text: &Phrase) {
        self.place(depth, numbered);
        self.html.open("li", &[]);
        inline::phrase(&mut self.html, text);
    }

    /// Opens or closes lists until an item of this depth may follow.
    fn place(&mut self, depth: usize, numbered: bool) {
        self.end_lists(depth + 1);
        if self.lists.len() == depth + 1 {
            match self.lists.last() {
                // Its last item is still open.
                Some((same, before)) if *same == numbered => self.html.close_to(before + 1),
                _ => self.end_lists(depth),
            }
        }
        while self.lists.len() <= depth {
            let top = self.lists.is_empty();
            self.lists.push((numbered, self.html.depth()));
            match (numbered, top) {
                (true, _) => self.html.open("ol", &[("class", "cards")]),
                (false, true) => self.html.open("ul", &[("class", "facts")]),
                (false, false) => self.html.open("ul", &[]),
            }
            if self.lists.len() <= depth {
                self.html.open("li", &[]);
            }
        }
    }

    fn end_lists(&mut self, depth: usize) {
        while self.lists.len() > depth {
            if let Some((_, before)) = self.lists.pop() {
                self.html.close_to(before);
            }
        }
    }

    /// Each term with a bar, as long as its part of the largest one.
    fn terms(&mut self, terms: &[Term]) {
        if terms.is_empty() {
            return self.item(1, false, &Phrase::new().own("score: no terms"));
        }
        self.item(1, false, &Phrase::new().own("score:"));
        self.scroll("The terms of the score");
        self.html.open("table", &[("class", "terms")]);
        self.head(&["Term", "Adds", "Share", "What it stands for"]);
        self.html.open("tbody", &[]);
        let largest =
            terms.iter().map(|t| t.value.abs()).filter(|v| v.is_finite()).fold(0.0, f64::max);
        for term in terms {
            self.html.open("tr", &[]);
            self.html.open("th", &[("scope", "row")]);
            inline::phrase(&mut self.html, &Phrase::new().text(&term.name));
            self.html.close();
            let sign = if term.value < 0.0 { "minus " } else { "plus " };
            self.html.element(
                "td",
                &[("class", "number")],
                &format!("{sign}{}", number(term.value.abs())),
            );
            let part = if largest > 0.0 { (term.value.abs() / largest).min(1.0) } else { 0.0 };
            self.html.open("td", &[]);
            chart::bar(&mut self.html, part, term.value < 0.0);
            self.html.close();
            self.line("td", "wide", &Phrase::new().text(&term.note));
            self.html.close();
        }
        self.html.close();
        self.html.close();
        self.html.close();
    }

    fn table(&mut self, head: &[&'static str], rows: &[Vec<Phrase>]) {
        self.scroll(&format!(
            "Table: {}",
            head.iter().filter(|h| !h.is_empty()).copied().collect::<Vec<_>>().join(", ")
        ));
        self.html.open("table", &[]);
        self.head(head);
        self.html.open("tbody", &[]);
        for row in rows {
            self.html.open("tr", &[]);
            for (n, cell) in row.iter().enumerate() {
                let wide = inline::plain(cell).chars().nth(NARROW).is_some();
                let class = ("class", if wide { "wide" } else { "narrow" });
                match n {
                    0 => self.html.open("th", &[("scope", "row"), class]),
                    _ => self.html.open("td", &[class]),
                }
                inline::phrase(&mut self.html, cell);
                self.html.close();
            }
            self.html.close();
        }
        self.html.close();
        self.html.close();
        self.html.close();
    }

    /// A box in which what is too wide scrolls, by keyboard too.
    fn scroll(&mut self, label: &str) {
        self.html.open(
            "div",
            &[("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", label)],
        );
    }

    fn head(&mut self, names: &[&'static str]) {
        self.html.open("thead", &[]);
        self.html.open("tr", &[]);
        for name in names {
            match *name {
                "" => self.html.element("td", &[], ""),
                name => self.html.element("th", &[("scope", "col")], name),
            }
        }
        self.html.close();
        self.html.close();
    }
}

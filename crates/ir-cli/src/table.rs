//! Tables for people.

use std::fmt::Write;

use crate::escape;

/// A table with a header: columns as wide as their widest cell, two blanks apart, the last one as it comes.
/// Cells are untrusted text: what could harm a terminal is escaped.
#[derive(Clone, Debug)]
pub struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table with these column heads.
    pub fn new(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(str::to_owned)] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [&str; N]) {
        self.rows.push(cells.map(|cell| escape(cell).into_owned()));
    }

    /// The whole table, each line with a line feed. Widths are counted in characters.
    pub fn text(&self) -> String {
        let width = |column: usize| {
            self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..N.saturating_sub(1)).map(width).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(line, "{cell:width$}  ");
            }
            line.push_str(row.last().map_or("", String::as_str));
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["ID", "WHAT"]);
        table.row(["a", "first\x1b[2J"]);
        table.row(["größer", ""]);
        assert_eq!(table.text(), "ID      WHAT\na       first\\u{1b}[2J\ngrößer\n");
    }
}

//! The checks as a table.

use ir_cli::escape;
use ir_core::wire::{Check, CheckStatus, Event};

use super::figures::shown;

/// One line each: status, name, value, limit, sentence.
pub(super) fn table(events: &[Event<Check>], colours: bool) -> String {
    let figure = |value: Option<f64>, unit: &Option<String>| {
        value.map_or_else(|| "-".to_owned(), |value| shown(value, unit.as_deref()))
    };
    let rows: Vec<[String; 5]> = events
        .iter()
        .map(|event| {
            let check = &event.data;
            [
                check.status.word().to_uppercase(),
                escape(&check.check).into_owned(),
                figure(check.value, &check.unit),
                figure(check.limit, &check.unit),
                escape(&check.summary).into_owned(),
            ]
        })
        .collect();
    let head = ["STATUS", "CHECK", "VALUE", "LIMIT", ""].map(str::to_owned);
    let width = |column: usize| {
        let cells = rows.iter().chain([&head]).map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths = [0, 1, 2, 3].map(width);
    let mut out = String::new();
    let statuses = std::iter::once(None).chain(events.iter().map(|e| Some(e.data.status)));
    for (row, status) in std::iter::once(&head).chain(&rows).zip(statuses) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let pad = width - cell.chars().count();
            let is_figure = line.chars().count() > widths[0] + widths[1];
            let (before, after) = if is_figure { (pad, 0) } else { (0, pad) };
            line.push_str(&format!("{}{cell}{}  ", " ".repeat(before), " ".repeat(after)));
        }
        line.push_str(&row[4]);
        let line = line.trim_end();
        match status.filter(|_| colours).map(colour) {
            Some(colour) => {
                let (word, rest) = line.split_at(row[0].len());
                out.push_str(&format!("\x1b[{colour}m{word}\x1b[0m{rest}\n"));
            }
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// Green, yellow, red, magenta.
fn colour(status: CheckStatus) -> u8 {
    match status {
        CheckStatus::Ok => 32,
        CheckStatus::Warn => 33,
        CheckStatus::Crit => 31,
        CheckStatus::Unknown => 35,
    }
}

#[cfg(test)]
mod tests {
    use ir_core::wire::{Check, CheckStatus, Event};

    use super::table;

    fn event(check: &str, status: CheckStatus, value: Option<f64>, summary: &str) -> Event<Check> {
        let check = Check {
            check: check.into(),
            status,
            app: None,
            component: None,
            value,
            unit: value.map(|_| "%".into()),
            limit: value.map(|_| 90.0),
            method: "m".into(),
            summary: summary.into(),
            samples: vec![],
        };
        Event::new("ir-detect/h", "ch-1", check)
    }

    #[test]
    fn columns_stand_below_each_other_and_nothing_hostile_is_left() {
        let events = [
            event("cpu", CheckStatus::Ok, Some(7.25), "fine"),
            event("disk_space:/a\x1b[2J", CheckStatus::Crit, None, "bad\nline"),
        ];
        assert_eq!(
            table(&events, false),
            "STATUS  CHECK                     VALUE  LIMIT\n\
             OK      cpu                       7.2 %   90 %  fine\n\
             CRIT    disk_space:/a\\u{1b}[2J      -      -  bad\\u{a}line\n"
        );
        let coloured = table(&events, true);
        assert!(coloured.contains("\x1b[31mCRIT\x1b[0m    disk"), "{coloured:?}");
        assert!(coloured.contains("\x1b[32mOK\x1b[0m  ") && !coloured.contains("\x1b[2J"));
    }
}

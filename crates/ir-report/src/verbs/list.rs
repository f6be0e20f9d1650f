//! `ir-report list`

use ir_cli::{Session, Table, store_error};
use ir_core::wire::{Phase, Severity, Time};
use ir_store::incident::Summary;
use serde::Serialize;

use crate::words::{count, time};

pub(super) const AFTER: &str = "\
Examples:
  ir-report list
  ir-report list | jq -r 'select(.severity and .severity <= \"P1\").id'";

/// One incident, as a line of JSON has it.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    severity: Option<Severity>,
    state: Option<Phase>,
    onset: Option<Time>,
    title: Option<&'a str>,
    lines: u64,
    bytes: u64,
    last: Option<Time>,
    head: String,
}

/// Lists the incidents, the gravest first, unclassified ones last, then by onset.
pub(super) fn run(session: &mut Session) -> anyhow::Result<()> {
    let (mut all, notes) = session.store()?.incidents().map_err(store_error)?;
    notes.iter().for_each(|note| session.notes.note(note));
    let rank = |i: &Summary| (i.said.severity.is_none(), i.said.severity, i.said.onset);
    all.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.id.cmp(&b.id)));
    if session.out.is_terminal() {
        return session.out.write(table(&all).as_bytes());
    }
    for incident in &all {
        let mut line = serde_json::to_vec(&row(incident))?;
        line.push(b'\n');
        session.out.write(&line)?;
    }
    Ok(())
}

fn row(incident: &Summary) -> Row<'_> {
    let Summary { id, said, mark } = incident;
    Row {
        id: id.as_str(),
        severity: said.severity,
        state: said.state,
        onset: said.onset,
        title: said.title.as_deref(),
        lines: mark.lines,
        bytes: mark.bytes,
        last: said.last,
        head: mark.head.to_string(),
    }
}

/// For people. The title, which may be long and comes from logs, stands last.
fn table(all: &[Summary]) -> String {
    if all.is_empty() {
        return "no incident is stored\n".into();
    }
    let mut table =
        Table::new(["INCIDENT", "SEVERITY", "STATE", "ONSET", "LAST", "LINES", "TITLE"]);
    let or = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    for Summary { id, said, mark } in all {
        table.row([
            id.as_str(),
            &or(said.severity.map(|s| s.to_string())),
            &or(said.state.map(|s| s.to_string())),
            &or(said.onset.map(time)),
            &or(said.last.map(time)),
            &count(mark.lines),
            said.title.as_deref().unwrap_or("-"),
        ]);
    }
    table.text()
}

#[cfg(test)]
mod tests {
    use ir_store::incident::{Mark, Said, Summary};

    use super::{row, table};

    fn incident(title: Option<&str>) -> Summary {
        Summary {
            id: "INC-20261123-0a1b2c3d".parse().unwrap(),
            said: Said {
                title: title.map(String::from),
                onset: title.map(|_| "2026-11-23T07:47:38.123Z".parse().unwrap()),
                severity: title.map(|_| ir_core::wire::Severity::P1),
                ..Said::default()
            },
            mark: Mark { lines: 1234, bytes: 5, head: ir_store::Hash::of(b"") },
        }
    }

    #[test]
    fn people_see_a_table() {
        assert_eq!(table(&[]), "no incident is stored\n");
        let text = table(&[incident(Some("chat: \u{1b}[2Jdown\n")), incident(None)]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(
            lines[1].contains("  P1        -  ") && lines[1].contains("07:47:38.123"),
            "{text}"
        );
        assert!(lines[1].ends_with(" 1,234  chat: \\u{1b}[2Jdown\\u{a}"), "{text}");
        // Columns stand below each other.
        let at = lines[0].find("TITLE").unwrap();
        assert!(lines[1][at..].starts_with("chat") && &lines[2][at..] == "-", "{text}");
    }

    #[test]
    fn programs_see_json() {
        let text = serde_json::to_string(&row(&incident(Some("chat: down")))).unwrap();
        let start = "{\"id\":\"INC-20261123-0a1b2c3d\",\"severity\":\"P1\",\"state\":null,\"onset\":\"2026-11-23T07:47:38.123Z\",\"title\":\"chat: down\",\"lines\":1234,";
        assert!(text.starts_with(start), "{text}");
    }
}

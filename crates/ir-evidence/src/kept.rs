//! Record lines that an incident may claim later: alerts come before it.

use std::collections::VecDeque;

use ir_core::wire::{Alert, Head, Line, SourceRef, parse_line};

/// Bytes of lines that are kept; the oldest make room.
const MAX_BYTES: usize = 64 << 20;

/// The newest records, byte for byte.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    lines: VecDeque<Record>,
    bytes: usize,
    dropped: u64,
}

#[derive(Debug)]
struct Record {
    id: Box<str>,
    subject: Option<Box<str>>,
    line: Box<str>,
}

/// The records of one incident.
#[derive(Debug, Default)]
pub(crate) struct Records<'a> {
    /// Their lines, in order of arrival.
    pub(crate) lines: Vec<&'a str>,
    /// The logs that its alerts name.
    pub(crate) sources: Vec<SourceRef>,
    /// Older records, of whatever incident, that had to make room.
    pub(crate) dropped: u64,
}

impl Kept {
    pub(crate) fn push(&mut self, head: &Head<'_>) {
        let subject = head.subject.as_deref().map(Into::into);
        self.bytes += head.line.len();
        self.lines.push_back(Record { id: (&*head.id).into(), subject, line: head.line.into() });
        while self.bytes > MAX_BYTES
            && let Some(oldest) = self.lines.pop_front()
        {
            self.bytes -= oldest.line.len();
            self.dropped += 1;
        }
    }

    /// What belongs to `incident`: records with it as their subject, and its alerts.
    pub(crate) fn of(&self, incident: &str, alerts: &[String]) -> Records<'_> {
        let alerts: std::collections::BTreeSet<&str> = alerts.iter().map(String::as_str).collect();
        let mut records = Records { dropped: self.dropped, ..Records::default() };
        for record in &self.lines {
            let alert = alerts.contains(&*record.id);
            if alert || record.subject.as_deref() == Some(incident) {
                records.lines.push(&record.line);
            }
            if alert
                && let Line::Record(head) = parse_line(record.line.as_bytes())
                && let Ok(alert) = head.body::<Alert>()
            {
                records.sources.extend(alert.sources);
            }
        }
        records
    }
}

#[cfg(test)]
mod tests {
    use ir_core::wire::{Line, parse_line};

    use super::Kept;

    fn push(kept: &mut Kept, line: &str) {
        let Line::Record(head) = parse_line(line.as_bytes()) else { panic!("{line}") };
        kept.push(&head);
    }

    #[test]
    fn an_incident_gets_its_records_as_they_came() {
        let record = |id: &str, more: &str| {
            format!(r#"{{"specversion":"1.0","source":"x/y","type":"t", "id":"{id}"{more}}}"#)
        };
        let lines = [
            record("a1", ""),
            record("a2", ""),
            record("i", r#","subject":"INC""#),
            record("j", r#","subject":"INC2""#),
        ];
        let mut kept = Kept::default();
        lines.iter().for_each(|line| push(&mut kept, &format!(" {line} ")));
        let records = kept.of("INC", &["a2".into(), "unseen".into()]);
        assert_eq!(records.lines, [&lines[1], &lines[2]]);
        assert_eq!((records.sources.len(), records.dropped), (0, 0));
    }

    #[test]
    fn memory_is_bounded_and_what_is_gone_is_counted() {
        let mut kept = Kept::default();
        let filler = "x".repeat(1 << 20);
        for n in 0..70 {
            push(
                &mut kept,
                &format!(
                    r#"{{"specversion":"1.0","source":"x/y","type":"t","id":"{n}","data":"{filler}"}}"#
                ),
            );
        }
        let all: Vec<String> = (0..70).map(|n| n.to_string()).collect();
        let records = kept.of("INC", &all);
        assert_eq!(records.lines.len() as u64 + records.dropped, 70);
        assert!(kept.bytes <= super::MAX_BYTES && records.lines.len() > 60);
    }
}

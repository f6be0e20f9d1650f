//! Whether two lines with one key are one record.

use serde_json::Value;

use super::{Alert, Body, Run};

/// Whether two lines of the same source and id say the same. An id leaves out where something was found; so does this: a log
/// that has grown, was moved or was rotated makes no other alert, and no other run.
pub fn same_record(a: &[u8], b: &[u8]) -> bool {
    a == b || matches!((bare(a), bare(b)), (Some(a), Some(b)) if a == b)
}

/// The record without what its id leaves out. None if its id covers all of it.
fn bare(line: &[u8]) -> Option<Value> {
    let mut record: Value = serde_json::from_slice(line).ok()?;
    let kind = record.get("type")?.as_str()?.to_owned();
    let data = record.get_mut("data")?.as_object_mut()?;
    let (rows, unwanted): (&str, &[&str]) = match &*kind {
        Alert::KIND => {
            data.remove("sources");
            ("samples", &["source"])
        }
        Run::KIND => {
            for key in ["reasons", "assumed", "advisor"] {
                data.remove(key);
            }
            for document in ["profile", "procedure"] {
                data.get_mut(document).and_then(|d| d.as_object_mut()?.remove("from"));
            }
            ("sources", &["path", "reason"])
        }
        _ => return None,
    };
    for row in data.get_mut(rows).and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(row) = row.as_object_mut() {
            unwanted.iter().for_each(|key| {
                row.remove(*key);
            });
        }
    }
    Some(record)
}

#[cfg(test)]
mod tests {
    use super::same_record;

    fn alert(count: u64, head: &str) -> String {
        format!(
            r#"{{"specversion":"1.0","type":"ir.alert.v1","source":"a","id":"1","data":{{"count":{count},"samples":[{{"source":"log-{head}","line":1}}],"sources":[{{"id":"log-{head}","head":"{head}"}}]}}}}"#
        )
    }

    #[test]
    fn a_log_that_grew_makes_no_other_alert() {
        let same = |a: &str, b: &str| same_record(a.as_bytes(), b.as_bytes());
        assert!(same(&alert(1, "x"), &alert(1, "y")));
        assert!(!same(&alert(1, "x"), &alert(2, "x")));
        let note = |text| alert(1, text).replace("ir.alert.v1", "ir.note.v1");
        assert!(same(&note("x"), &note("x")) && !same(&note("x"), &note("y")));
        assert!(!same("{}", "[]") && !same("", "{}"));
    }

    #[test]
    fn a_run_is_told_by_what_it_found() {
        let run = |lines: u64, path: &str| {
            format!(
                r#"{{"type":"ir.run.v1","data":{{"lines":{lines},"reasons":["{path}"],"profile":{{"name":"p","from":"{path}"}},"sources":[{{"id":"main","path":"{path}"}}]}}}}"#
            )
        };
        let same = |a: &str, b: &str| same_record(a.as_bytes(), b.as_bytes());
        assert!(same(&run(1, "/a"), &run(1, "/b")) && !same(&run(1, "/a"), &run(2, "/a")));
    }
}

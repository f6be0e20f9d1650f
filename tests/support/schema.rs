//! Every record that any test sees is checked against our schemas, and against CloudEvents' own where it is at hand.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

use super::beside;

fn ours() -> &'static BTreeMap<&'static str, Validator> {
    static OURS: OnceLock<BTreeMap<&'static str, Validator>> = OnceLock::new();
    OURS.get_or_init(|| {
        let compiled = |(kind, schema)| {
            (kind, jsonschema::validator_for(&schema).expect("our schemas are schemas"))
        };
        ir_core::wire::schemas().into_iter().map(compiled).collect()
    })
}

fn cloud_events() -> Option<&'static Validator> {
    static THEIRS: OnceLock<Option<Validator>> = OnceLock::new();
    let load = || {
        let text =
            std::fs::read(beside("data/respond/cloudevents/cloudevents.schema.json")?).unwrap();
        Some(jsonschema::validator_for(&serde_json::from_slice(&text).unwrap()).unwrap())
    };
    THEIRS.get_or_init(load).as_ref()
}

/// Checks every line that is a record of ours; other lines (foreign objects, reports) are none of its business.
#[track_caller]
pub(crate) fn check_records(output: &[u8]) {
    for line in output.split(|b| *b == b'\n') {
        let Ok(record) = serde_json::from_slice::<Value>(line) else { continue };
        // A test's own input passes through too; what we wrote ourselves comes from a tool of ours.
        let of_ours = record["source"].as_str().is_some_and(|s| s.starts_with("ir-"));
        let Some(kind) =
            record["type"].as_str().filter(|_| of_ours && record["specversion"] == "1.0")
        else {
            continue;
        };
        let Some(schema) = ours().get(kind) else { continue };
        let faults: Vec<_> =
            schema.iter_errors(&record).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}\nin {record}");
        if let Some(schema) = cloud_events() {
            let faults: Vec<_> = schema.iter_errors(&record).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "CloudEvents: {faults:#?}\nin {record}");
        }
    }
}

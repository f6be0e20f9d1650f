//! JSON Schemas, generated from the types.

use serde_json::Value;

use crate::files::Generated;

/// Those of the records, and that of the report.
pub(crate) fn schemas() -> Vec<Generated> {
    let records = ir_core::wire::schemas();
    vec![
        Generated {
            folder: "crates/ir-core/schemas",
            prefix: "",
            suffix: ".json",
            files: records
                .iter()
                .map(|(kind, schema)| (format!("{kind}.json"), pretty(schema)))
                .collect(),
        },
        Generated {
            folder: "crates/ir-report/schemas",
            prefix: "",
            suffix: ".json",
            files: vec![("ir.report.v1.json".into(), pretty(&ir_report::schema()))],
        },
    ]
}

fn pretty(schema: &Value) -> String {
    format!("{schema:#}\n")
}

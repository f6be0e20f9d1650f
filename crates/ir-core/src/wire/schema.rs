//! JSON Schemas of our records, generated from the types.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{
    Action, Advice, Alert, Body, Cause, Check, Classified, Evidence, Finding, Incident, Note, Run,
    Time,
};

macro_rules! kinds {
    ($($body:ty),+ $(,)?) => {
        /// The record types that this version knows, in alphabetical order.
        pub const KINDS: &[&str] = &[$(<$body as Body>::KIND),+];

        /// A schema per record type, and the schema of its whole line: stricter than CloudEvents' own
        /// (constant specversion, RFC 3339 times, no foreign attributes).
        pub fn schemas() -> Vec<(&'static str, Value)> {
            vec![$((<$body as Body>::KIND, whole(<$body as Body>::KIND, body::<$body>()))),+]
        }
    };
}

kinds!(Action, Advice, Alert, Cause, Check, Classified, Evidence, Finding, Incident, Note, Run);

fn body<T: schemars::JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

fn whole(kind: &str, mut data: Value) -> Value {
    let defs = data.as_object_mut().and_then(|d| {
        d.remove("$schema");
        d.remove("$defs")
    });
    let mut time = body::<Time>();
    if let Some(time) = time.as_object_mut() {
        time.remove("$schema");
    }
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind,
        "type": "object",
        "additionalProperties": false,
        "required": ["specversion", "type", "source", "id", "data"],
        "properties": {
            "specversion": { "const": "1.0" },
            "type": { "const": kind },
            "source": { "type": "string", "pattern": "^ir-[a-z]+/[A-Za-z0-9._~%-]+$" },
            "id": { "type": "string", "pattern": "^[a-z]{2}-[0-9A-Za-z-]+$" },
            "subject": { "type": "string", "pattern": "^INC-[0-9]{8}-[0-9a-f]{8}$" },
            "time": time,
            "data": data
        }
    });
    if let (Some(defs), Some(schema)) = (defs, schema.as_object_mut()) {
        schema.insert("$defs".into(), defs);
    }
    schema
}

//! How logs are read: by the profile's word for those that it knows, else recognised.

use std::collections::BTreeMap;

use ir_core::docs::{LogFormat, Profile};
use ir_core::logs::{ParseOptions, Parser, Zone};
use ir_core::wire::Time;

/// How one log is read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    format: LogFormat,
    zone: Zone,
    ignore_zone: bool,
    /// The text of people.
    pub(crate) private: bool,
    /// For the run record.
    pub(crate) zone_said: String,
}

impl Reading {
    /// A parser; `modified` is when the file was last written.
    pub(crate) fn parser(&self, modified: Option<Time>) -> Result<Parser, String> {
        let options =
            ParseOptions { ignore_zone: self.ignore_zone, reference: modified, limit: None };
        Parser::new(&self.format, self.zone.clone(), options).map_err(|e| e.to_string())
    }
}

/// How the logs of one application are read.
#[derive(Debug)]
pub(crate) struct Readings {
    known: BTreeMap<String, Reading>,
    other: Reading,
}

impl Readings {
    /// # Errors
    /// A zone or a format that cannot be used.
    pub(crate) fn new(profile: &Profile, set: &BTreeMap<String, String>) -> Result<Self, String> {
        let tz = profile
            .variables
            .contains_key("tz")
            .then(|| profile.expand("${tz}", set))
            .transpose()?;
        let assumed = !set.contains_key("tz");
        let read =
            |format: LogFormat, zone: &str, ignore_zone, private| -> Result<Reading, String> {
                let parsed = Zone::parse(zone, tz.as_deref()).map_err(|e| e.to_string())?;
                let from = if zone == "local" && assumed { "assumed" } else { "profile" };
                Ok(Reading {
                    format,
                    zone_said: format!("{parsed} ({from})"),
                    zone: parsed,
                    ignore_zone,
                    private,
                })
            };
        let mut known = BTreeMap::new();
        for log in &profile.logs {
            let reading = read(log.format.clone(), &log.zone, log.ignore_zone, log.private)
                .map_err(|e| format!("log {}: {e}", log.id))?;
            reading.parser(None).map_err(|e| format!("log {}: {e}", log.id))?;
            known.insert(log.id.clone(), reading);
        }
        Ok(Self { known, other: read(LogFormat::Auto, "local", false, false)? })
    }

    /// How the log of that id is read.
    pub(crate) fn of(&self, id: &str) -> &Reading {
        self.known.get(id).unwrap_or(&self.other)
    }
}

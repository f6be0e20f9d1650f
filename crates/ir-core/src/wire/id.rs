//! Content-derived identifiers: the same input gives the same id on any machine, at any time.

use sha2::{Digest, Sha256};

use super::Time;

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}

/// SHA-256 of `bytes`, 64 lower-case hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// `prefix-` and 16 hexadecimal digits of the SHA-256 over `parts`.
///
/// `parts` is what makes the record this one and no other (rule, group, transition), never a path, the
/// analysing machine or its clock. Each part is hashed with its length, so ("ab","c") is not ("a","bc").
pub fn id<S: AsRef<str>>(prefix: &str, parts: impl IntoIterator<Item = S>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        let part = part.as_ref().as_bytes();
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("{prefix}-{}", hex(&hash.finalize()[..8]))
}

/// `prefix-`, 12 hexadecimal digits of the milliseconds since the Unix epoch, and 16 of `random`: an id for what a person did,
/// which no content makes unique. Ids of later acts sort after those of earlier ones.
pub fn act_id(prefix: &str, at: Time, random: [u8; 8]) -> String {
    let millis = at.0.as_millisecond().max(0);
    format!("{prefix}-{millis:012x}{}", hex(&random))
}

/// `INC-YYYYMMDD-xxxxxxxx`: the date of the onset (UTC) and a hash of what the incident is grouped by.
pub fn incident_id<S: AsRef<str>>(onset: Time, group: impl IntoIterator<Item = S>) -> String {
    let full = id("", group);
    format!("INC-{}-{}", onset.0.strftime("%Y%m%d"), &full[1..9])
}

#[cfg(test)]
mod tests {
    use super::{act_id, id, incident_id};

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(id("al", ["ab", "c"]), id("al", ["a", "bc"]));
        assert_eq!(id("al", ["ab", "c"]).len(), 3 + 16);
    }

    #[test]
    fn ids_of_acts_sort_by_time() {
        let at = |text: &str, byte| act_id("nt", text.parse().unwrap(), [byte; 8]);
        let ids = [
            at("1969-12-31T23:59:59Z", 0),
            at("2026-11-23T23:59:59.001Z", 255),
            at("2026-11-23T23:59:59.002Z", 0),
            at("9999-01-01T00:00:00Z", 0),
        ];
        assert!(ids.is_sorted() && ids.iter().all(|id| id.len() == 3 + 12 + 16), "{ids:?}");
        assert_eq!(ids[0], "nt-0000000000000000000000000000");
    }

    #[test]
    fn incident_ids_are_dated_by_their_onset() {
        let id = incident_id("2026-11-23T23:59:59Z".parse().unwrap(), ["app"]);
        assert!(id.starts_with("INC-20261123-") && id.len() == 21, "{id}");
    }
}

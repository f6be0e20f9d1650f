//! Lists of names in a record, bounded so that the record stays within its size.

/// Ids or names in the order of their arrival, as many as there is room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ids {
    listed: Vec<String>,
    /// Bytes of JSON still free.
    room: usize,
    /// How many found no room.
    more: u64,
}

impl Ids {
    /// What one row cites: about forty ids.
    pub(crate) const ROW: usize = 1 << 10;
    /// Instances of a component.
    pub(crate) const INSTANCES: usize = 4 << 10;
    /// Alerts of an incident: about twenty thousand.
    pub(crate) const ALERTS: usize = 512 << 10;

    /// An empty list with `room` bytes.
    pub(crate) fn with_room(room: usize) -> Self {
        Self { listed: Vec::new(), room, more: 0 }
    }

    /// Adds a name that is not in the list.
    pub(crate) fn add(&mut self, name: &str) {
        // As long as JSON writes it: control characters take six bytes.
        let bytes =
            serde_json::to_string(name).map_or(usize::MAX, |json| json.len().saturating_add(1));
        if bytes > self.room {
            self.more += 1;
        } else {
            self.room -= bytes;
            self.listed.push(name.to_owned());
        }
    }

    /// Adds a name unless it is listed; whether the list grew.
    pub(crate) fn add_new(&mut self, name: &str) -> bool {
        let before = self.listed.len();
        if !self.listed.iter().any(|known| known == name) {
            self.add(name);
        }
        self.listed.len() > before
    }

    /// Counts a name without listing it.
    pub(crate) fn leave_out(&mut self) {
        self.more += 1;
    }

    pub(crate) fn listed(&self) -> &[String] {
        &self.listed
    }

    /// How many found no room.
    pub(crate) fn more(&self) -> u64 {
        self.more
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn what_is_listed_fits_the_room() {
        let mut ids = Ids::with_room(64);
        for n in 0..10 {
            ids.add(&format!("al-{n}\u{1}"));
        }
        assert!(serde_json::to_string(ids.listed()).unwrap().len() <= 64 + 2);
        assert_eq!(ids.listed().len() as u64 + ids.more(), 10);
        assert!(ids.more() > 0 && !ids.listed().is_empty());
        assert!(!ids.add_new("al-0\u{1}"));
    }
}

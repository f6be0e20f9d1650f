//! What an alert may hold: longer names than these are no names, and would crowd out the rest of a record.

use ir_core::wire::{Alert, Body, Reason};

use crate::case::Arrival;

/// Bytes of an id, a rule, an application, a host or a component.
const NAME: usize = 256;
/// Bytes of an instance, or of all groups of a rule together.
const TEXT: usize = 4096;

/// # Errors
/// The first thing that is too long.
pub(crate) fn check(arrival: &Arrival) -> Result<(), Reason> {
    let alert = &arrival.alert;
    let groups = alert.group.iter().map(|(k, v)| k.len() + v.len()).sum();
    let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    for (what, bytes, limit) in [
        ("id", arrival.id.len(), NAME),
        ("host", len(&arrival.host), NAME),
        ("rule", alert.rule.len(), NAME),
        ("app", len(&alert.app), NAME),
        ("component", len(&alert.component), NAME),
        ("instance", len(&alert.instance), TEXT),
        ("group", groups, TEXT),
    ] {
        if bytes > limit {
            return Err(Reason::Body(
                Alert::KIND.into(),
                format!("its {what} is longer than {limit} bytes"),
            ));
        }
    }
    Ok(())
}

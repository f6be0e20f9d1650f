//! The words of the grammar, and those that are written in their place.

use jiff::SignedDuration;

use crate::docs::closest;

/// What is expected where an operator should be.
pub(super) const OPS: &str = "an operator (>, >=, <, <=, ==, !=)";
/// Words that begin a timing.
pub(super) const TIMINGS: [&str; 4] = ["for", "in", "within", "consistently"];
/// Sides of a capacity.
pub(super) const QUALIFIERS: [&str; 3] = ["available", "free", "used"];
/// Units of durations, the long forms first.
pub(super) const TIME_UNITS: [(&str, SignedDuration); 13] = {
    let (second, minute) = (SignedDuration::from_secs(1), SignedDuration::from_mins(1));
    let (hour, day) = (SignedDuration::from_hours(1), SignedDuration::from_hours(24));
    [
        ("seconds", second),
        ("minutes", minute),
        ("hours", hour),
        ("days", day),
        ("second", second),
        ("minute", minute),
        ("hour", hour),
        ("day", day),
        ("ms", SignedDuration::from_millis(1)),
        ("s", second),
        ("m", minute),
        ("h", hour),
        ("d", day),
    ]
};
/// Words for which people mean an operator.
pub(super) const OP_WORDS: [(&str, &str); 14] = [
    ("above", ">"),
    ("over", ">"),
    ("exceeds", ">"),
    ("exceed", ">"),
    ("greater", ">"),
    ("more", ">"),
    ("gt", ">"),
    ("below", "<"),
    ("under", "<"),
    ("less", "<"),
    ("lt", "<"),
    ("equals", "=="),
    ("is", "=="),
    ("eq", "=="),
];
/// Words that look like units and are none: taken for a noun, they would be dropped.
pub(super) const UNKNOWN_UNITS: [&str; 12] = [
    "day",
    "days",
    "week",
    "weeks",
    "tb",
    "tib",
    "terabyte",
    "terabytes",
    "bit",
    "bits",
    "percentage",
    "permille",
];

/// Words that join what one rule cannot join.
pub(super) const JOINTS: [&str; 3] = ["and", "or", "per"];

/// The operator that is meant by a run of characters that is none.
pub(super) fn meant_operator(run: &str) -> Option<&'static str> {
    Some(match run {
        "=" | "===" => "==",
        "=>" | "≥" | ">==" => ">=",
        "=<" | "≤" | "<==" => "<=",
        "<>" | "≠" | "=!" | "!" | "!==" => "!=",
        ">>" => ">",
        "<<" => "<",
        _ => return None,
    })
}

/// The keyword of which `word` is a slip, so that it is no noun.
pub(super) fn slip(word: &str) -> Option<&'static str> {
    const LONG: [&str; 3] = ["consistently", "available", "within"];
    let lower = word.to_ascii_lowercase();
    let begun = LONG.into_iter().find(|long| lower.len() >= 4 && long.starts_with(&lower));
    let sorted = |text: &str| {
        let mut letters = text.as_bytes().to_vec();
        letters.sort_unstable();
        letters
    };
    // Short keywords are near to many words; only two swapped letters are taken for a slip.
    let swapped = || {
        ["for", "in", "free", "used"]
            .into_iter()
            .find(|k| sorted(k) == sorted(&lower) && closest(&lower, [*k]).is_some())
    };
    begun.or_else(|| closest(word, LONG)).or_else(swapped)
}

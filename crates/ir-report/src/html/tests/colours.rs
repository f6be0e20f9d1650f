//! The colours of the style sheet, computed: WCAG 2.1 asks for a contrast of 4.5 for text and 3 for pictures.

use std::collections::BTreeMap;

use super::STYLE;

/// Colours of text, which may stand on each of [`GROUNDS`].
const TEXT: [&str; 5] = ["ink", "soft", "link", "bad", "good"];
const GROUNDS: [&str; 4] = ["page", "card", "inset", "notice"];
/// Badges, whose text is `on-badge`.
const BADGES: [&str; 4] = ["p0", "p1", "p2", "p3"];
/// Marks of pictures, on `card` and `page`.
const MARKS: [&str; 5] = ["alerts", "changes", "findings", "response", "quiet"];
/// Lines that only part things.
const RULES: [&str; 2] = ["line", "strong-line"];

/// The variables of every `:root`, the light ones first.
fn schemes() -> Vec<BTreeMap<&'static str, &'static str>> {
    STYLE
        .split(":root {")
        .skip(1)
        .map(|block| {
            let lines = block.split('}').next().unwrap().lines();
            lines
                .filter_map(|l| l.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": "))
                .collect()
        })
        .collect()
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    assert!(colour.starts_with('#') && colour.len() == 7, "{colour}");
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn the_formula_is_the_known_one() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    assert!((contrast("#777777", "#ffffff") - 4.478).abs() < 1e-3);
}

#[test]
fn every_colour_can_be_told_from_what_it_stands_on() {
    let schemes = schemes();
    assert_eq!(schemes.len(), 2, "light and dark");
    let mut faults = Vec::new();
    for (scheme, colours) in ["light", "dark"].iter().zip(&schemes) {
        let mut check = |a: &str, b: &str, least: f64| {
            let found = contrast(colours[a], colours[b]);
            if found < least {
                faults.push(format!("{scheme}: {a} on {b} is {found:.2}, not {least}"));
            }
        };
        for ground in GROUNDS {
            TEXT.iter().for_each(|text| check(text, ground, 4.5));
        }
        BADGES.iter().for_each(|badge| check("on-badge", badge, 4.5));
        for ground in ["card", "page"] {
            MARKS.iter().chain(&BADGES).for_each(|mark| check(mark, ground, 3.0));
        }
        let known = TEXT.iter().chain(&GROUNDS).chain(&BADGES).chain(&MARKS).chain(&RULES);
        let known = known.chain(&["on-badge"]).copied().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(known, colours.keys().copied().collect(), "{scheme}: every colour has its part");
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// So that the table above is all there is.
#[test]
fn rules_use_the_colours_by_name_and_by_their_part() {
    for line in STYLE.lines().filter(|line| !line.trim_start().starts_with("--")) {
        assert!(!line.contains('#') && !line.contains("rgb") && !line.contains("hsl"), "{line}");
        let parts = line.split(['{', ';']).filter_map(|d| d.split_once(':'));
        for (property, value) in parts {
            let Some(name) = value.split("var(--").nth(1).and_then(|v| v.split(')').next()) else {
                continue;
            };
            let fits = match property.trim() {
                "color" => TEXT.contains(&name) || name == "on-badge",
                "background" => GROUNDS.contains(&name) || BADGES.contains(&name),
                _ => true,
            };
            assert!(fits, "{line}");
        }
    }
}

use super::{Dimension, Unit};

#[test]
fn values_convert_within_a_dimension_only() {
    for (value, from, to, expected) in [
        (0.07, Unit::Ratio, Unit::Percent, 7.0),
        (0.955, Unit::Ratio, Unit::Percent, 95.5),
        (95.0, Unit::Percent, Unit::Percent, 95.0),
        (5.0, Unit::S, Unit::Ms, 5000.0),
        (5000.0, Unit::Ms, Unit::S, 5.0),
        (250.0, Unit::Us, Unit::Ms, 0.25),
        (1.0, Unit::H, Unit::Min, 60.0),
        (5_000_000_000.0, Unit::Ns, Unit::S, 5.0),
        (3.0, Unit::Gib, Unit::Mib, 3072.0),
        (2.0, Unit::Gb, Unit::Mb, 2000.0),
        (5.0, Unit::PerMin, Unit::PerS, 0.083_333_333_333_333_3),
        (2.0, Unit::PerS, Unit::PerMin, 120.0),
    ] {
        assert_eq!(from.convert(value, to), Some(expected), "{value}{from} in {to}");
    }
    for (from, to) in [(Unit::S, Unit::B), (Unit::Percent, Unit::Ms), (Unit::Ratio, Unit::PerS)] {
        assert_eq!(from.convert(1.0, to), None, "{from} in {to}");
    }
    assert_eq!(
        Unit::Gb.convert(f64::MAX, Unit::B),
        Some(f64::INFINITY),
        "the caller refuses what is not finite"
    );
}

#[test]
fn every_unit_is_found_by_its_symbol_in_any_case() {
    for symbol in Unit::symbols() {
        for text in [symbol.to_owned(), symbol.to_lowercase(), symbol.to_uppercase()] {
            assert_eq!(Unit::in_rule(&text).map(Unit::symbol), Some(symbol), "{text}");
            assert_eq!(Unit::named(&text).map(Unit::symbol), Some(symbol), "{text}");
        }
    }
    assert_eq!(Unit::in_rule("ratio"), None, "a rule writes percent");
    assert_eq!(Unit::named("Milliseconds"), Some(Unit::Ms));
    assert_eq!(Unit::named("messages"), None);
}

#[test]
fn names_tell_units_by_their_ending() {
    assert_eq!(Unit::of_name("latency_ms"), Some(("latency", Unit::Ms)));
    assert_eq!(Unit::of_name("cpu_usage_ratio"), Some(("cpu_usage", Unit::Ratio)));
    assert_eq!(Unit::of_name("terms"), None);
    assert_eq!(Unit::of_name("_ms"), None);
    assert_eq!(Unit::of_name("latency"), None);
    assert_eq!(Unit::Mib.dimension(), Dimension::Bytes);
}

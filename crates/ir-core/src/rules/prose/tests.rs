use jiff::SignedDuration;
use proptest::prelude::*;

use super::parse;
use crate::rules::{Condition, Op, Qualifier, Reading, Threshold, Timing, Unit};

fn threshold(text: &str) -> Threshold {
    match parse(text) {
        Ok(Condition::Threshold(t)) => t,
        other => panic!("{text}: {other:?}"),
    }
}

const fn secs(s: i64) -> SignedDuration {
    SignedDuration::from_secs(s)
}

/// The procedure's twelve lines: text, component, metric, qualifier, operator, limit, unit, noun, timing, reading.
type Line = (
    &'static str,
    Option<&'static str>,
    &'static str,
    Option<Qualifier>,
    Op,
    f64,
    Option<Unit>,
    Option<&'static str>,
    Timing,
    Reading,
);

const LINES: &[Line] = &[
    (
        "cpu_usage > 90% for 5 minutes",
        None,
        "cpu_usage",
        None,
        Op::Gt,
        90.0,
        Some(Unit::Percent),
        None,
        Timing::For(secs(300)),
        Reading::Hold,
    ),
    (
        "memory_usage > 95% for 3 minutes",
        None,
        "memory_usage",
        None,
        Op::Gt,
        95.0,
        Some(Unit::Percent),
        None,
        Timing::For(secs(180)),
        Reading::Hold,
    ),
    (
        "disk_space < 10% available",
        None,
        "disk_space",
        Some(Qualifier::Available),
        Op::Lt,
        10.0,
        Some(Unit::Percent),
        None,
        Timing::Now,
        Reading::Newest,
    ),
    (
        "network_latency > 5000ms consistently",
        None,
        "network_latency",
        None,
        Op::Gt,
        5000.0,
        Some(Unit::Ms),
        None,
        Timing::Consistently(None),
        Reading::Steady,
    ),
    (
        "terminal_renderer fps < 10 for 30 seconds",
        Some("terminal_renderer"),
        "fps",
        None,
        Op::Lt,
        10.0,
        None,
        None,
        Timing::For(secs(30)),
        Reading::Hold,
    ),
    (
        "eventbus_queue_depth > 1000 messages",
        None,
        "eventbus_queue_depth",
        None,
        Op::Gt,
        1000.0,
        None,
        Some("messages"),
        Timing::Now,
        Reading::Newest,
    ),
    (
        "plugin_failure_rate > 10% in 5 minutes",
        None,
        "plugin_failure_rate",
        None,
        Op::Gt,
        10.0,
        Some(Unit::Percent),
        None,
        Timing::In(secs(300)),
        Reading::RatioIn,
    ),
    (
        "sqlite_connection_failures > 5 in 1 minute",
        None,
        "sqlite_connection_failures",
        None,
        Op::Gt,
        5.0,
        None,
        None,
        Timing::In(secs(60)),
        Reading::CountIn,
    ),
    (
        "authentication_failures > 20 in 1 minute",
        None,
        "authentication_failures",
        None,
        Op::Gt,
        20.0,
        None,
        None,
        Timing::In(secs(60)),
        Reading::CountIn,
    ),
];
const FLAGS: &[&str] = &[
    "plugin_isolation_breach_detected",
    "configuration_tampering_detected",
    "unusual_system_call_patterns",
];

#[test]
fn the_procedures_lines_have_one_parse() {
    for &(text, component, metric, qualifier, op, value, unit, noun, timing, reading) in LINES {
        let expected = Condition::Threshold(Threshold {
            component: component.map(str::to_owned),
            metric: metric.to_owned(),
            qualifier,
            op,
            value,
            unit,
            noun: noun.map(str::to_owned),
            timing,
        });
        assert_eq!(parse(text), Ok(expected.clone()), "{text}");
        assert_eq!(Reading::of(&expected), reading, "{text}");
    }
    for flag in FLAGS {
        let expected = Condition::Flag { metric: (*flag).to_owned() };
        assert_eq!(Reading::of(&expected), Reading::Event);
        assert_eq!(parse(flag), Ok(expected));
    }
}

#[test]
fn white_space_is_free_and_keywords_have_no_case() {
    for text in [
        "cpu_usage>90% for 5 minutes",
        "  cpu_usage   >  90 %  FOR  5minutes  ",
        "cpu_usage\t>90%\nFor 5 Minutes",
        "cpu_usage >\u{a0}90% for 5m",
        "cpu_usage > 90% for 300 s",
        "cpu_usage > 90% for 300seconds",
    ] {
        assert_eq!(parse(text), parse("cpu_usage > 90% for 5 minutes"), "{text:?}");
    }
}

#[test]
fn every_part_of_the_grammar_is_read() {
    for (symbol, op) in [
        (">", Op::Gt),
        (">=", Op::Ge),
        ("<", Op::Lt),
        ("<=", Op::Le),
        ("==", Op::Eq),
        ("!=", Op::Ne),
    ] {
        assert_eq!(threshold(&format!("x {symbol} 1")).op, op);
    }
    for unit in [
        "%", "ns", "us", "ms", "s", "min", "h", "B", "KB", "MB", "GB", "KiB", "MiB", "GiB", "/s",
        "/min", "mib", "GIB", "MS",
    ] {
        for gap in ["", " "] {
            let found = threshold(&format!("x > 5{gap}{unit}")).unit.unwrap();
            assert!(found.symbol().eq_ignore_ascii_case(unit), "{unit}: {found}");
        }
    }
    for (text, seconds) in [
        ("90 seconds", 90),
        ("1 second", 1),
        ("2 hours", 7200),
        ("1 day", 86400),
        ("366 days", 366 * 86400),
        ("7d", 604_800),
        ("3H", 10800),
    ] {
        assert_eq!(
            threshold(&format!("x > 5 for {text}")).timing,
            Timing::For(secs(seconds)),
            "{text}"
        );
        assert_eq!(
            threshold(&format!("x > 5 within {text}")).timing,
            Timing::In(secs(seconds)),
            "{text}"
        );
    }
    assert_eq!(threshold("x > 5 in 250ms").timing, Timing::In(SignedDuration::from_millis(250)));
    assert_eq!(
        threshold("x > 5 consistently for 10 minutes").timing,
        Timing::Consistently(Some(secs(600)))
    );
    assert_eq!(threshold("x > -2.50").value, -2.5);
    assert_eq!(threshold("disk < 10 GB free").qualifier, Some(Qualifier::Available));
    assert_eq!(threshold("disk > 90% USED for 1 h").qualifier, Some(Qualifier::Used));
    let all = threshold("bus queue.depth >= 800 messages available consistently for 2 minutes");
    assert_eq!(
        (all.component.as_deref(), all.metric.as_str(), all.noun.as_deref()),
        (Some("bus"), "queue.depth", Some("messages"))
    );
    assert_eq!(
        (all.qualifier, all.timing),
        (Some(Qualifier::Available), Timing::Consistently(Some(secs(120))))
    );
    // Names may be keywords where the grammar wants a name.
    assert_eq!(threshold("memory used > 90%").metric, "used");
    assert_eq!(parse("_x.y9"), Ok(Condition::Flag { metric: "_x.y9".into() }));
}

/// A text that is nearly a rule, the column of what is wrong, and a part of what is said.
const MISSES: &[(&str, usize, &str)] = &[
    ("", 1, "empty"),
    ("   ", 1, "empty"),
    ("> 90%", 1, "name of a metric"),
    ("90 > cpu", 1, "name of a metric"),
    ("-cpu > 90", 1, "name of a metric"),
    ("cpu-usage > 90%", 4, "unexpected '-'"),
    ("cpu_usage: > 90%", 10, "unexpected ':'"),
    ("cpü_usage > 90%", 3, "unexpected 'ü'"),
    ("cpu usage-x > 90", 10, "unexpected '-'"),
    ("cpu_usage 90%", 11, "expected an operator"),
    ("cpu_usage = 90%", 11, "did you mean `==`"),
    ("cpu_usage => 90%", 11, "did you mean `>=`"),
    ("cpu_usage =< 90%", 11, "did you mean `<=`"),
    ("cpu_usage <> 90%", 11, "did you mean `!=`"),
    ("cpu_usage ≥ 90%", 11, "did you mean `>=`"),
    ("cpu_usage >> 90%", 11, "did you mean `>`"),
    ("cpu_usage >=< 90%", 11, "unknown operator"),
    ("cpu_usage > > 90%", 13, "expected a number"),
    ("cpu_usage above 90%", 11, "did you mean `>`"),
    ("cpu_usage is over 90%", 11, "did you mean `==`"),
    ("cpu_usage for 5 minutes", 11, "a limit after \"cpu_usage\""),
    ("cpu_usage consistently", 11, "a limit after \"cpu_usage\""),
    ("terminal_renderer fps", 22, "expected an operator"),
    ("terminal_renderer fps for 30 seconds", 23, "a limit after \"fps\""),
    ("the cpu usage > 90%", 9, "at most one word before it"),
    ("cpu_usage >", 12, "expected a number"),
    ("cpu_usage >   ", 12, "expected a number"),
    ("cpu_usage > ninety%", 13, "expected a number"),
    ("cpu_usage > %", 13, "expected a number"),
    ("cpu_usage > .5", 13, "expected a number"),
    ("cpu_usage > +5", 13, "expected a number"),
    ("cpu_usage > - 5", 13, "expected a number"),
    ("cpu_usage > 90.", 15, "decimal point"),
    ("cpu_usage > 90.5.1%", 17, "one decimal point"),
    ("queue > 1,000 messages", 10, "no separators"),
    ("queue > 1_000 messages", 10, "unknown unit"),
    ("load > 0.5 ratio", 12, "a rule writes a part of a whole in `%`"),
    ("queue > 1e3 messages", 10, "unknown unit"),
    ("latency > 5000mss", 15, "did you mean \"ms\""),
    ("latency > 5000 msec", 16, "did you mean `ms`"),
    ("latency > 5 m", 13, "did you mean `min`"),
    ("latency > 5 seconds", 13, "did you mean `s`"),
    ("memory > 5 G", 12, "unknown unit \"G\""),
    ("memory > 5 TB", 12, "unknown unit \"TB\""),
    ("memory > 5GBi", 11, "did you mean \"GB\""),
    ("cpu_usage > 90 percent", 16, "did you mean `%`"),
    ("errors > 5/sec", 11, "rates are `/s` or `/min`"),
    ("errors > 5/", 11, "rates are `/s` or `/min`"),
    ("cpu_usage > 90%for 5 minutes", 16, "unexpected 'f'"),
    ("cpu_usage > 90for 5 minutes", 15, "did you mean \" for\""),
    ("cpu_usage > 90%% for 5 minutes", 16, "unexpected '%'"),
    ("cpu_usage > 90; rm", 15, "unexpected ';'"),
    ("latency_ms > 5 GB", 16, "write the limit in `ms`"),
    ("usage_percent > 5ms", 18, "write the limit in `%`"),
    ("network_latency > 5000ms consistentyl", 26, "did you mean \"consistently\""),
    ("network_latency > 5000ms consistent", 26, "did you mean \"consistently\""),
    ("disk_space < 10% avialable", 18, "did you mean \"available\""),
    ("disk_space < 10% avail", 18, "did you mean \"available\""),
    ("disk_space < 10% fere", 18, "did you mean \"free\""),
    ("disk_space > 90% usde", 18, "did you mean \"used\""),
    ("cpu_usage > 90% fro 5 minutes", 17, "did you mean \"for\""),
    ("cpu_usage > 90% four 5 minutes", 17, "did you mean \"for\""),
    ("cpu_usage > 90% for5 minutes", 17, "did you mean \"for 5\""),
    ("failures > 5 witin 1 minute", 14, "did you mean \"within\""),
    ("cpu_usage > 90% during 5 minutes", 24, "after `for`, `in` or `within`"),
    ("cpu_usage > 90% for", 20, "expected a duration after `for`"),
    ("cpu_usage > 90% for minutes", 21, "expected a duration"),
    ("cpu_usage > 90% for five minutes", 21, "expected a duration"),
    ("cpu_usage > 90% for -5 minutes", 21, "expected a duration"),
    ("cpu_usage > 90% for 5", 22, "expected seconds, minutes"),
    ("cpu_usage > 90% for 5 min", 23, "did you mean \"minutes\""),
    ("cpu_usage > 90% for 5 secs", 23, "did you mean \"seconds\""),
    ("cpu_usage > 90% for 5 minuets", 23, "did you mean \"minutes\""),
    ("cpu_usage > 90% for 2 weeks", 23, "found \"weeks\""),
    ("cpu_usage > 90% for 1.5 minutes", 22, "whole number"),
    ("cpu_usage > 90% for 0 minutes", 21, "zero"),
    ("cpu_usage > 90% for 400 days", 21, "too long"),
    ("cpu_usage > 90% for 99999999999999999999 s", 21, "too long"),
    ("cpu_usage > 90% for 5 minutes, then", 30, "unexpected ','"),
    ("cpu_usage > 90% for 5 minutes please", 31, "ends after its duration"),
    ("cpu_usage > 90% for 5 minutes consistently", 31, "consistently for 5 minutes"),
    ("cpu_usage > 90% consistently in 5 minutes", 30, "what may follow is for"),
    ("cpu_usage > 90% consistently for", 33, "expected a duration"),
    ("cpu_usage > 90% and memory > 5", 17, "one condition"),
    ("cpu_usage > 90% for 5 minutes or now", 31, "one condition"),
    ("failures > 5 per minute", 14, "write `/s`"),
    ("failures > 5 failures per minute", 23, "write `/s`"),
    ("queue > 5 messages waiting", 20, "what may follow is"),
    ("queue > 5 messages avalable", 20, "did you mean \"available\""),
    ("disk < 5 GB free available", 18, "unexpected \"available\""),
    ("disk < 5 GB free messages", 18, "what may follow is for"),
    ("cpu_usage > 90 # comment", 16, "unexpected '#'"),
    ("größe > 5", 3, "unexpected 'ö'"),
    ("a.b > 5 mëssages", 10, "unexpected 'ë'"),
];

#[test]
fn what_is_nearly_a_rule_is_refused_at_the_right_column() {
    for (text, column, said) in MISSES {
        match parse(text) {
            Ok(read) => panic!("{text:?} was read as {read:?}"),
            Err(e) => {
                assert_eq!(e.column, *column, "{text:?}: {e}");
                assert!(e.message.contains(said), "{text:?}: {e}");
            }
        }
    }
    assert!(MISSES.len() >= 60);
    let huge = format!("x > {}", "9".repeat(400));
    assert_eq!(parse(&huge).unwrap_err().column, 5);
}

#[test]
fn hostile_text_is_quoted_without_its_control_characters() {
    let e = parse("x > 5 \u{1b}[31m").unwrap_err();
    assert!(!e.to_string().contains('\u{1b}'), "{e}");
    assert_eq!(e.column, 7);
}

proptest! {
    #[test]
    fn nothing_panics_and_columns_stay_in_the_text(text in "\\PC{0,60}") {
        if let Err(e) = parse(&text) {
            prop_assert!(e.column >= 1 && e.column <= text.chars().count() + 1);
        }
    }

    #[test]
    fn pieces_of_rules_never_panic(pieces in prop::collection::vec(prop::sample::select(
        vec!["cpu", "for", "in", ">", ">=", "90", "%", "ms", "/s", "5", "minutes", "consistently", "used", "µ", ".", "-", " ", "available"]), 0..12)) {
        let text = pieces.concat();
        if let Err(e) = parse(&text) {
            prop_assert!(e.column >= 1 && e.column <= text.chars().count() + 1);
        }
    }

    /// What is read, written down again with other spaces, is read the same.
    #[test]
    fn a_rule_survives_rewriting(
        metric in "[a-z_][a-z0-9_]{0,10}x",
        op in prop::sample::select(vec![">", ">=", "<", "<=", "==", "!="]),
        value in 0u32..100_000,
        unit in prop::sample::select(vec!["", "%", "MiB", "min", "/s"]),
        count in 1u32..300,
        timing in prop::sample::select(vec!["", "for", "in", "within", "consistently for"]),
        each in prop::sample::select(vec!["seconds", "minute", "h", "d"]),
    ) {
        let time = if timing.is_empty() { String::new() } else { format!(" {timing} {count} {each}") };
        let tight = format!("{metric}{op}{value}{unit}{time}");
        let loose = format!("  {metric}  {op}   {value}  {unit}   {}  ", time.to_uppercase());
        prop_assert_eq!(parse(&tight).unwrap(), parse(&loose).unwrap());
    }
}

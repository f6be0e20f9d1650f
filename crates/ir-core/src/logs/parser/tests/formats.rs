use super::*;
use crate::docs::JsonFormat;

const A: &str = "2026-01-05 10:00:02,310 - ERROR - Failed executing hook demo.on_input: boom          - error_utils.py:0029";
const B: &str = "2026-01-05 10:00:09,000 - WARN - Tool 1 failed: Exit code 2: ls: x   ";

#[test]
fn text_records_have_their_tail_on_the_last_line() {
    let input = format!(
        "{A}\n{B}\n  more   \n   - tool_executor.py:0226\n2026-01-05 10:00:10,000 - INFO - no tail\n"
    );
    assert_eq!(
        parse(&text(), &input),
        [
            format!(
                "1@0+{}(1) 2026-01-05T10:00:02.31Z error error_utils.py | Failed executing hook demo.on_input: boom",
                A.len() + 1
            ),
            format!(
                "2@{}+{}(3) 2026-01-05T10:00:09Z warning tool_executor.py | Tool 1 failed: Exit code 2: ls: x |   more",
                A.len() + 1,
                B.len() + 1 + 10 + 27
            ),
            format!(
                "5@{}+41(1) 2026-01-05T10:00:10Z info | no tail",
                A.len() + B.len() + 2 + 10 + 27
            ),
        ]
    );
}

#[test]
fn carriage_returns_belong_to_the_line_end() {
    let input = format!("{A}\r\n\r\n{A}\r\n");
    let n = A.len() as u64 + 2;
    let (records, stats) = parse_with(&text(), options(), input.as_bytes());
    assert!(
        records[0].starts_with(&format!("1@0+{}(2) ", n + 2)) && records[0].ends_with("boom"),
        "{records:?}"
    );
    assert!(records[1].starts_with(&format!("3@{}+{n}(1) ", n + 2)), "{records:?}");
    assert_eq!((stats.lines, stats.bytes, stats.continued), (3, 2 * n + 2, 1));
}

#[test]
fn a_line_whose_stamp_is_none_begins_no_record() {
    let input = format!(
        "stray\n\nnot a - X - first\n{A}\nnot a - X - first\n2026-13-05 10:00:02,310 - ERROR - x\n"
    );
    let (records, stats) = parse_with(&text(), options(), input.as_bytes());
    assert_eq!(records.len(), 1, "{records:?}");
    assert!(
        records[0].ends_with("not a - X - first⏎2026-13-05 10:00:02,310 - ERROR - x"),
        "{records:?}"
    );
    assert_eq!((stats.rejected, stats.blank, stats.continued), (2, 1, 2));
}

#[test]
fn long_records_are_bounded_and_keep_their_tail() {
    let mut input = format!("{B}\n");
    for i in 0..5000 {
        input += &format!("row {i} of a long output\n");
    }
    input += "end - tool_executor.py:0226\n";
    let (records, stats) = parse_with(&text(), options(), input.as_bytes());
    assert_eq!(records.len(), 1);
    assert!(
        records[0].contains("(5002)") && records[0].contains(" tool_executor.py "),
        "{:.100}",
        records[0]
    );
    assert!(records[0].len() < crate::logs::MAX_CONTINUATION * 2);
    assert_eq!((stats.continued, stats.bytes), (5001, input.len() as u64));
}

#[test]
fn a_flushed_record_is_not_handed_out_again() {
    let mut parser = Parser::new(&text(), Zone::utc(), options()).unwrap();
    let mut seen = Vec::new();
    parser.push(B.as_bytes(), &mut |r| seen.push(r.line));
    for _ in 0..2 {
        parser.flush(&mut |r| seen.push(r.line));
    }
    parser.push(b"  late continuation", &mut |r| seen.push(r.line));
    parser.push(A.as_bytes(), &mut |r| seen.push(r.line));
    parser.finish(&mut |r| seen.push(r.line));
    parser.push(b"after the end", &mut |r| seen.push(r.line));
    assert_eq!(seen, [1, 3]);
    assert_eq!((parser.stats().continued, parser.stats().rejected), (1, 1));
}

#[test]
fn what_a_format_cannot_be_is_said_with_its_field() {
    let error = |change: fn(&mut TextFormat)| {
        let mut format = text_format();
        change(&mut format);
        Parser::new(&LogFormat::Text(format), Zone::utc(), options()).unwrap_err().to_string()
    };
    assert_eq!(error(|f| f.first = "^(x".into()), "first at column 2: unclosed group");
    assert_eq!(error(|f| f.first = "^(?P<ts>x)".into()), "first: it has no group (?P<msg>…)");
    assert!(error(|f| f.tail = Some("[".into())).starts_with("tail at column 1: "));
    assert!(error(|f| f.ts = "%Y-%m".into()).starts_with("ts: "));
    let json = JsonFormat {
        ts: "/t".into(),
        message: Some("m".into()),
        level: None,
        kind: None,
        session: None,
    };
    assert!(
        Parser::new(&LogFormat::Json(json), Zone::utc(), options())
            .unwrap_err()
            .to_string()
            .starts_with("message at column 1: ")
    );
}

#[test]
fn zones_of_profiles_override_a_false_z() {
    let json = LogFormat::Json(JsonFormat {
        ts: "/t".into(),
        message: Some("/m".into()),
        level: None,
        kind: None,
        session: None,
    });
    let input = b"{\"t\":\"2026-01-05T02:51:00Z\",\"m\":\"a\\nb\"}\nrubbish\n{\"m\":\"c\"}\n\n";
    let zone = Zone::parse("America/New_York", None).unwrap();
    for (ignore_zone, want) in [(true, "2026-01-05T07:51:00Z"), (false, "2026-01-05T02:51:00Z")] {
        let mut parser =
            Parser::new(&json, zone.clone(), ParseOptions { ignore_zone, ..options() }).unwrap();
        let mut seen = Vec::new();
        for line in input.strip_suffix(b"\n").unwrap().split(|b| *b == b'\n') {
            parser.push(line, &mut |r| seen.push(show(r)));
        }
        assert_eq!(seen, [format!("1@0+40(1) {want} | a | b"), format!("3@48+10(1) ~{want} | c")]);
        assert_eq!(
            (parser.stats().rejected, parser.stats().blank, parser.format()),
            (1, 1, "json")
        );
    }
}

#[test]
fn years_and_limits_come_from_the_caller() {
    let input = "Jun  1 00:04:00 h p: soon\nJun  1 00:06:00 h p: too soon\nJun  3 00:00:00 h p: last year\n";
    let limit = Some("2026-06-01T00:05:00Z".parse().unwrap());
    let (records, stats) =
        parse_with(&LogFormat::Auto, ParseOptions { limit, ..options() }, input.as_bytes());
    assert_eq!(
        records,
        [
            "1@0+26(1) 2026-06-01T00:04:00Z h p | soon",
            "2@26+30(1) - h p | too soon",
            "3@56+31(1) 2025-06-03T00:00:00Z h p | last year",
        ]
    );
    assert_eq!((stats.future, stats.undated, stats.yearless), (1, 0, 3));
    let (records, stats) = parse_with(&LogFormat::Auto, ParseOptions::default(), input.as_bytes());
    assert!(records[0].contains(" - h p"), "{records:?}");
    assert_eq!((stats.undated, stats.from), (3, None));
}

#[test]
fn auto_takes_each_line_for_what_it_is() {
    let input = [
        "\u{feff}starting up",
        "  with options",
        "2026-03-07 04:12:09,003 - WARN - late",
        "no stamp",
        "",
        "<165>1 2026-03-07T04:12:10Z h p - - - x",
        r#"{"ts":1772856731,"level":"error","msg":"m"}"#,
        "plain",
        "plain too",
        r#"{"time":"2026-03-07T04:12:12Z","metric":"cpu_usage","value":95}"#,
        "1772856733 INFO e",
        "ERROR: tail",
        "",
    ]
    .join("\n");
    assert_eq!(
        parse(&LogFormat::Auto, &input),
        [
            "1@0+30(2) - | starting up |   with options",
            "3@30+48(3) 2026-03-07T04:12:09.003Z warning | late | no stamp",
            "6@78+40(1) 2026-03-07T04:12:10Z info h p | x",
            "7@118+44(1) 2026-03-07T04:12:11Z error | m",
            "8@162+6(1) ~2026-03-07T04:12:11Z | plain",
            "9@168+10(1) ~2026-03-07T04:12:11Z | plain too",
            "10@178+64(1) 2026-03-07T04:12:12Z sample cpu_usage Some(95.0) | ",
            "11@242+30(2) 2026-03-07T04:12:13Z info | e | ERROR: tail",
        ]
    );
}

#[test]
fn auto_keeps_tracebacks_together() {
    let trace =
        "Traceback (most recent call last):\n  File \"a.py\", line 1\n    x()\nValueError: x\n";
    let again = "\nDuring handling of the above exception, another exception occurred:\n\n";
    let input = format!("{trace}{again}{trace}{trace}done\nCaused by: y\n\tat a.b(C.java)\n");
    let records = parse(&LogFormat::Auto, &input);
    assert_eq!(records.len(), 3, "{records:#?}");
    assert!(records[0].starts_with("1@0+") && records[0].contains("(11) "), "{}", records[0]);
    assert!(
        records[1].starts_with("12@")
            && records[1].contains("(4) ")
            && records[1].ends_with("⏎ValueError: x"),
        "{}",
        records[1]
    );
    assert!(records[2].contains("(3) - | done | Caused by: y"), "{}", records[2]);
}

#[test]
fn auto_lets_no_run_of_plain_lines_vanish_in_a_record() {
    let mut input = String::from("2026-03-07 04:12:09 INFO header\n");
    for i in 0..700 {
        input += &format!("row {i}\n");
    }
    let records = parse(&LogFormat::Auto, &input);
    assert_eq!(records.len(), 201);
    assert!(
        records[1].starts_with("502@")
            && records[1].ends_with("+8(1) ~2026-03-07T04:12:09Z | row 500"),
        "{}",
        records[1]
    );
}

#[test]
fn auto_takes_no_sample_out_of_a_text_record() {
    let hostile = "2026-03-07 04:12:09 INFO user wrote:\n{\"metric\":\"cpu_usage\",\"value\":99}\n";
    assert_eq!(parse(&LogFormat::Auto, hostile).len(), 1);
}

#[test]
fn auto_names_what_it_recognised() {
    let name = |input: &str| {
        let mut parser = Parser::new(&LogFormat::Auto, Zone::utc(), options()).unwrap();
        input.lines().for_each(|l| parser.push(l.as_bytes(), &mut |_| ()));
        parser.format()
    };
    assert_eq!(name(""), "none");
    assert_eq!(name("a\nb\n{\"msg\":\"x\"}"), "bare_text");
    assert_eq!(name("a\n{\"msg\":\"x\"}"), "json");
    assert_eq!(name("Mar  7 04:12:09 h p: x\nMar  7 04:12:09 h p: y\na"), "rfc3164");
}

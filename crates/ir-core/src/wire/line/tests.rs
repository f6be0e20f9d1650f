use super::{Line, Reason, parse_line};

fn kind(text: &str) -> String {
    match parse_line(text.as_bytes()) {
        Line::Record(h) => format!("record {} {} {}", h.kind, h.source, h.id),
        Line::Foreign => "foreign".into(),
        Line::Blank => "blank".into(),
        Line::Bad(r) => format!("bad: {r}"),
    }
}

#[test]
fn tells_records_foreign_objects_and_bad_lines_apart() {
    let cases = [
        (
            r#"{"specversion":"1.0","type":"ir.x.v1","source":"t/h","id":"a","data":{}}"#,
            "record ir.x.v1 t/h a",
        ),
        (
            r#" {"specversion":"1.0","type":"com.other","source":"s","id":"1","comexample":"x"} "#,
            "record com.other s 1",
        ),
        (r#"{"level":"error","type":7}"#, "foreign"),
        (r#"{}"#, "foreign"),
        ("", "blank"),
        (" \t\r", "blank"),
    ];
    for (line, want) in cases {
        assert_eq!(kind(line), want, "{line}");
    }
    for bad in [
        r#"{"specversion":"2.0","type":"a","source":"b","id":"c"}"#,
        r#"{"specversion":"1.0","type":"a","source":"b"}"#,
        r#"{"specversion":"1.0","type":"a","source":"","id":"c"}"#,
        r#"{"specversion":"1.0","type":"a","source":"b","id":7}"#,
        r#"{"specversion":"1.0","type":"a","source":"b","id":"c","time":"yesterday"}"#,
        r#"{"specversion":"1.0","specversion":"1.0","type":"a","source":"b","id":"c"}"#,
        "[1]",
        "plain text",
        r#"{"cut":"#,
    ] {
        assert!(kind(bad).starts_with("bad: "), "{bad}: {}", kind(bad));
    }
}

#[test]
fn says_where_the_bytes_are_not_utf8() {
    assert!(matches!(parse_line(b"{\"a\":\"\xff\"}"), Line::Bad(Reason::NotUtf8(6))));
}

#[test]
fn a_body_of_another_shape_is_an_error_of_its_own() {
    let text =
        r#"{"specversion":"1.0","type":"ir.x.v1","source":"t/h","id":"a","data":{"n":"many"}}"#;
    let Line::Record(head) = parse_line(text.as_bytes()) else { panic!("a record") };
    #[derive(serde::Deserialize, Debug)]
    struct Body {
        #[expect(dead_code)]
        n: u64,
    }
    assert!(matches!(head.body::<Body>(), Err(Reason::Body(..))));
}

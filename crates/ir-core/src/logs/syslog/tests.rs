use super::{rfc3164, rfc5424};
use crate::logs::Zone;
use crate::logs::clock::Clock;
use crate::logs::line::Head;

fn show(line: &str, head: Option<Head>) -> Option<String> {
    let head = head?;
    let clock = Clock {
        zone: Zone::utc(),
        ignore_zone: false,
        reference: Some("2026-06-01T00:00:00Z".parse().unwrap()),
    };
    let time = head.said.and_then(|s| clock.time(s)).map_or("-".into(), |t| t.to_string());
    let part = |span: Option<super::Span>| span.map_or("-", |s| &line[s.range()]);
    let level = head.level.map_or("-", |l| l.word());
    Some(format!(
        "{time} {level} {} {} | {}",
        part(head.host),
        part(head.program),
        &line[head.message.range()]
    ))
}

#[test]
fn rfc5424_lines() {
    for (line, want) in [
        (
            r#"<165>1 2026-03-07T04:12:09.003Z web3 chatd 812 ID47 [ex@32473 k="v]\" x"][b] bus stalled"#,
            "2026-03-07T04:12:09.003Z info web3 chatd | bus stalled",
        ),
        ("<11>1 - - - - - -", "- error - - | "),
        (
            "<11>1 2026-03-07T04:12:09+01:00 h p - - - \u{feff}über",
            "2026-03-07T03:12:09Z error h p | über",
        ),
    ] {
        assert_eq!(show(line, rfc5424(line.as_bytes())).as_deref(), Some(want), "{line}");
    }
    for other in [
        "<192>1 2026-03-07T04:12:09Z h p - - - x",
        "<11>2 2026-03-07T04:12:09Z h p - - - x",
        "<11>1 2026-03-07T04:12:09 h p - - - x",
        "<11>1 2026-03-07T04:12:09Z h p - - [open",
        "<11>1 2026-03-07T04:12:09Z h",
        "<>1 ",
    ] {
        assert_eq!(rfc5424(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn rfc3164_lines() {
    for (line, want) in [
        (
            "<34>Mar  7 04:12:09 web3 nginx[812]: worker 4 exited",
            "2026-03-07T04:12:09Z critical web3 nginx | worker 4 exited",
        ),
        (
            "Jul 17 04:12:09 combo sshd(pam_unix)[812]: check pass",
            "2025-07-17T04:12:09Z - combo sshd(pam_unix) | check pass",
        ),
        ("Mar 07 2024 04:12:09 fw kernel: a: b", "2024-03-07T04:12:09Z - fw kernel | a: b"),
        (
            "Mar  7 04:12:09 web3 last message repeated 2 times",
            "2026-03-07T04:12:09Z - web3 - | last message repeated 2 times",
        ),
        ("Mar  7 04:12:09 sshd[812]: no host", "2026-03-07T04:12:09Z - - sshd | no host"),
        ("<13>2026-03-07T04:12:09+01:00 web3 app: x", "2026-03-07T03:12:09Z info web3 app | x"),
        ("<13>something else", "- info - - | something else"),
        ("Mar  7 04:12:09", "2026-03-07T04:12:09Z - - - | "),
        ("Mar  7 04:12:09 web3", "2026-03-07T04:12:09Z - web3 - | "),
        ("Mar  7 04:12:09 web3 12: no program", "2026-03-07T04:12:09Z - web3 - | 12: no program"),
    ] {
        assert_eq!(show(line, rfc3164(line.as_bytes())).as_deref(), Some(want), "{line}");
    }
    for other in [
        "March 7 04:12:09 x",
        "Mar 32 04:12:09 x",
        "Mar  7 04:12 x",
        "Mar  7",
        "Maybe",
        "",
        "2026-03-07T04:12:09Z h p: x",
    ] {
        assert_eq!(rfc3164(other.as_bytes()), None, "{other}");
    }
}

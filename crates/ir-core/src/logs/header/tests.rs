use super::{bare_text, epoch_text, iso_text};
use crate::logs::line::Head;

fn show(line: &str, head: Option<Head>) -> Option<String> {
    let head = head?;
    let level = head.level.map_or("-", |l| l.word());
    let part = |span: Option<super::Span>| span.map_or("-", |s| &line[s.range()]);
    Some(format!(
        "{level} {} {} | {}",
        part(head.host),
        part(head.program),
        &line[head.message.range()]
    ))
}

#[test]
fn levels_at_the_places_of_levels() {
    for (line, want) in [
        ("2026-03-07 04:12:09,003 - WARN - late - ack", "warning - - | late - ack"),
        ("2026-03-07 04:12:09,003 - ERROR - x", "error - - | x"),
        ("2026-03-07T04:12:09+0000 web1 kernel: oom", "- web1 kernel | oom"),
        ("2026-03-07T04:12:09+0000 web1 colonel: oom", "- - - | web1 colonel: oom"),
        (
            "2026-03-07 04:12:09,003 - chat.bus - WARNING - late ack",
            "warning - chat.bus | late ack",
        ),
        ("2026-03-07 04:12:09,003 - chat.bus - 812 - INFO - x", "info - chat.bus | x"),
        ("2026-03-07 04:12:09,003 - INFO  [main:Quorum@7] - x", "info - - | [main:Quorum@7] - x"),
        (
            "2026-03-07 04:12:09.003 | INFO     | chat.bus:run:12 - x",
            "info - - | chat.bus:run:12 - x",
        ),
        (
            "2026-03-07 04:12:09,003 ERROR [main] o.x.Bus: dropped",
            "error - - | [main] o.x.Bus: dropped",
        ),
        ("2026-03-07 04:12:09,003 [main] ERROR o.x.Bus - dropped", "error - - | o.x.Bus - dropped"),
        (
            "2026-03-07 04:12:09.003  INFO 812 --- [main] o.x.App : up",
            "info - - | 812 --- [main] o.x.App : up",
        ),
        ("2026-03-07 04:12:09.003 8 INFO nova [req-1] x", "info - - | nova [req-1] x"),
        (
            "2026/03/07 04:12:09 [crit] 812#0: *91 open() failed",
            "critical - - | 812#0: *91 open() failed",
        ),
        ("[2026-03-07T04:12:09Z WARN  chat::bus] late", "warning - chat::bus | late"),
        ("[2026-03-07T04:12:09Z] [error] late", "error - - | late"),
        ("[2026-03-07 04:12:09] local.ERROR: x", "- - - | local.ERROR: x"),
        ("2026-03-07T04:12:09.003Z error: cannot open", "error - - | cannot open"),
        ("INFO 2026-03-07 04:12:09 views 812 x", "info - - | views 812 x"),
        ("[ERROR] 2026-03-07 04:12:09 x", "error - - | x"),
        ("2026-03-07 04:12:09 ERROR", "error - - | "),
        ("2026-03-07T04:12:09.003456+01:00 web3 kernel: x", "- web3 kernel | x"),
        ("2026-03-07T04:12:09+01:00 web3 sshd[812]: x", "- web3 sshd | x"),
    ] {
        assert_eq!(show(line, iso_text(line.as_bytes())).as_deref(), Some(want), "{line}");
    }
}

#[test]
fn a_level_word_in_a_message_is_no_level() {
    for line in [
        "2026-03-07 04:12:09 Error opening file",
        "2026-03-07 04:12:09 connection error: refused",
        "2026-03-07 04:12:09 - the user wrote - ERROR - here",
        "2026-03-07 04:12:09 user said [ERROR] x",
        "2026-03-07 04:12:09 info about this",
        "2026-03-07 04:12:09 ERRORS found",
        "2026-03-07T04:12:09+01:00 server started: CRITICAL",
    ] {
        assert_eq!(iso_text(line.as_bytes()).map(|h| h.level), Some(None), "{line}");
    }
    for line in ["ERROR", "critical path computed", "an error", "WARN about this", ""] {
        assert_eq!(bare_text(line.as_bytes()).level, None, "{line}");
    }
}

#[test]
fn epochs_and_bare_lines() {
    assert_eq!(
        show("1772856729.003 WARN x", epoch_text(b"1772856729.003 WARN x")).as_deref(),
        Some("warning - - | x")
    );
    assert_eq!(show("[1772856729] x", epoch_text(b"[1772856729] x")).as_deref(), Some("- - - | x"));
    assert_eq!(epoch_text(b"12 apples"), None);
    assert_eq!(
        show("WARNING:chat.bus:late ack", Some(bare_text(b"WARNING:chat.bus:late ack"))).as_deref(),
        Some("warning - - | chat.bus:late ack")
    );
    assert_eq!(show("[error] x", Some(bare_text(b"[error] x"))).as_deref(), Some("error - - | x"));
    assert_eq!(show("plain", Some(bare_text(b"plain"))).as_deref(), Some("- - - | plain"));
}

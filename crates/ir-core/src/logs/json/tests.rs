use proptest::prelude::*;

use super::{JsonLine, Pointers, usual};
use crate::docs::JsonFormat;
use crate::logs::Zone;
use crate::logs::clock::Clock;

fn show(json: &JsonLine<'_>) -> String {
    let clock =
        Clock { zone: Zone::parse("+01:00", None).unwrap(), ignore_zone: false, reference: None };
    let time = json.said.and_then(|s| clock.time(s)).map_or("-".into(), |t| t.to_string());
    let level = json.level.map_or("-", |l| l.word());
    let [host, program, kind, session] =
        [&json.host, &json.program, &json.kind, &json.session].map(|f| f.as_deref().unwrap_or("-"));
    match &json.sample {
        None => format!(
            "{time} {level} {host} {program} {kind} {session} | {}",
            String::from_utf8_lossy(&json.message)
        ),
        Some(s) => {
            format!("{time} {host} sample {} {:?} {:?} {:?}", s.name, s.value, s.unit, s.labels)
        }
    }
}

fn pointers(ts: &str, message: &str, kind: &str) -> Pointers {
    let some = |p: &str| Some(p.to_owned());
    let session = some("/session/id");
    Pointers::new(&JsonFormat {
        ts: ts.into(),
        message: some(message),
        level: some("/level"),
        kind: some(kind),
        session,
    })
    .unwrap()
}

#[test]
fn pointers_lead_into_objects_and_lists() {
    let p = pointers("/a~1b/ts", "/m/1/text", "/type");
    let line = r#" {"skip":{"type":"no","deep":[1,{"a":[]}]},"a/b":{"ts":"2026-03-07T04:12:09.5Z"},"m":[0,{"text":"a\nb"}],"type":"user","level":"WARN","session":{"id":7}}"#;
    assert_eq!(show(&p.read(line).unwrap()), "2026-03-07T04:12:09.5Z warning - - user 7 | a\nb");
    assert_eq!(show(&p.read("{}").unwrap()), "- - - - - - | ");
    assert_eq!(
        show(
            &p.read(r#"{"a/b":{"ts":"2026-03-07 04:12:09"},"type":{"x":1},"type":"last"}"#)
                .unwrap()
        ),
        "2026-03-07T03:12:09Z - - - last - | "
    );
    for bad in ["", "[1]", "7", r#"{"a":"#, "{} {}", "text {}"] {
        assert_eq!(p.read(bad), None, "{bad}");
    }
}

#[test]
fn a_pointer_begins_with_a_slash() {
    let error = Pointers::new(&JsonFormat {
        ts: "timestamp".into(),
        message: None,
        level: None,
        kind: None,
        session: None,
    })
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"ts at column 1: "timestamp" is no JSON pointer: it begins with /, such as /timestamp"#
    );
}

#[test]
fn lines_of_the_usual_libraries() {
    for (line, want) in [
        (
            r#"{"ts":1772856729.12,"level":50,"msg":"db locked","component":"state"}"#,
            "2026-03-07T04:12:09.12Z error - state - - | db locked",
        ),
        (
            r#"{"time":"2026-03-07T04:12:09.003Z","level":"warn","msg":"x","name":"api","hostname":"web3"}"#,
            "2026-03-07T04:12:09.003Z warning web3 api - - | x",
        ),
        (
            r#"{"@timestamp":"2026-03-07T04:12:09Z","log.level":"ERROR","message":"x","host":{"name":"h"},"event":{"code":1}}"#,
            "2026-03-07T04:12:09Z error h - - - | x",
        ),
        (
            r#"{"@timestamp":"2026-03-07T04:12:09Z","log":{"level":"info"},"message":"x"}"#,
            "2026-03-07T04:12:09Z info - - - - | x",
        ),
        (
            r#"{"timestamp":"2026-03-07T04:12:09Z","level":"INFO","fields":{"message":"up"},"target":"app::bus"}"#,
            "2026-03-07T04:12:09Z info - app::bus - - | up",
        ),
        (
            r#"{"event":"user logged in","level":"info","timestamp":"2026-03-07T04:12:09Z"}"#,
            "2026-03-07T04:12:09Z info - - - - | user logged in",
        ),
        (
            r#"{"log":"x\n","stream":"stderr","time":"2026-03-07T04:12:09.003Z"}"#,
            "2026-03-07T04:12:09.003Z - - - - - | x\n",
        ),
        (
            r#"{"t":1772856729003,"severity":"critical","message":"x","type":"job","session_id":"s"}"#,
            "2026-03-07T04:12:09.003Z critical - - job s | x",
        ),
        (
            r#"{"ts":"bad","time":"2026-03-07 04:12:09","msg":7}"#,
            "2026-03-07T03:12:09Z - - - - - | 7",
        ),
        (
            r#"{"__REALTIME_TIMESTAMP":"1772856729003000","PRIORITY":"3","_HOSTNAME":"web3","SYSLOG_IDENTIFIER":"sshd","_SYSTEMD_UNIT":"ssh.service","MESSAGE":"Failed password"}"#,
            "2026-03-07T04:12:09.003Z error web3 sshd - - | Failed password",
        ),
        (
            r#"{"__REALTIME_TIMESTAMP":"1772856729003000","PRIORITY":"6","_SYSTEMD_UNIT":"a.service","MESSAGE":[104,255,33]}"#,
            "2026-03-07T04:12:09.003Z info - a.service - - | h\u{fffd}!",
        ),
        (r#"{"msg":"a","msg":"b"}"#, "- - - - - - | b"),
    ] {
        assert_eq!(usual(line).map(|j| show(&j)).as_deref(), Some(want), "{line}");
    }
    for other in [r#"{"a":1}"#, "{}", r#"{"msg":"cut"#, r#"{"msg":[1,2,{}]}"#, "{}x", ""] {
        assert_eq!(usual(other), None, "{other}");
    }
}

#[test]
fn samples_and_bare_events() {
    for (line, want) in [
        (
            r#"{"time":"2026-03-07T04:12:09Z","metric":"cpu_usage","value":95,"unit":"percent","labels":{"z":"1","a":true,"z":2},"host":"web3"}"#,
            r#"2026-03-07T04:12:09Z web3 sample cpu_usage Some(95.0) Some("percent") [("a", "true"), ("z", "2")]"#,
        ),
        (
            r#"{"time":"2026-03-07T04:12:09Z","event":"authentication_failures","labels":{"user":"bo"}}"#,
            r#"2026-03-07T04:12:09Z - sample authentication_failures None None [("user", "bo")]"#,
        ),
    ] {
        assert_eq!(usual(line).map(|j| show(&j)).as_deref(), Some(want), "{line}");
    }
    for log in [
        r#"{"time":1772856729,"metric":"cpu_usage"}"#,
        r#"{"time":1772856729,"event":"two words"}"#,
        r#"{"event":"x","msg":"y"}"#,
    ] {
        assert!(usual(log).unwrap().sample.is_none(), "{log}");
    }
    assert_eq!(usual(r#"{"metric":"cpu_usage","value":1e999}"#), None);
}

proptest! {
    #[test]
    fn no_text_panics(text in r#"\{("(ts|msg|event|metric|value|labels|log)":("[a-z0-9]*"|-?[0-9.e]{1,25}|\{\}|\[[0-9,]*\]|null|true),?){0,6}\}?"#) {
        usual(&text);
        pointers("/ts", "/msg/0", "/event").read(&text);
    }
}

//! Logs written by an enemy: whatever a terminal, a browser, a renderer, a shell or a reader of records could obey.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::support::Folder;

/// A file of this name is what every command of an attack would make.
pub(crate) const SENTINEL: &str = "SENTINEL-OBEYED";
/// Ids and persons in lines that look like records.
pub(crate) const FORGED: &str = "forged-0123456789";
/// In the host of every address.
pub(crate) const ENEMY: &str = "enemy.example";

/// Bytes that stand in the place of a message, a plugin, a user.
pub(crate) fn attacks() -> Vec<Vec<u8>> {
    let mut attacks: Vec<Vec<u8>> = [
        // Terminals: clear, colour, title, link, clipboard, a device's answer, C1 forms, a bell.
        "\x1b[2J\x1b[H\x1b[31mred",
        "\x1b]0;owned\x07",
        "\x1b]8;;http://enemy.example/\x1b\\click\x1b]8;;\x1b\\",
        "\x1b]52;c;cm0gLXJmIC8=\x07",
        "\x1bP$q\"p\x1b\\\x1b[6n\x1b[c",
        "\u{9b}2J\u{9d}0;owned\u{9c}\u{85}",
        "\x07\x08\x0b\x0c\x7f",
        "over\rwritten",
        // Where the format allows it, a message of several lines; elsewhere lines of their own.
        "one\n# two\n- three\n\x1b[2J",
        // Order and sight.
        "\u{202e}gnp.exe\u{202c} \u{2066}x\u{2069} \u{200b}\u{feff}\u{ad}\u{180e}\u{3164}\u{115f}\u{fe0f}\u{e0041}",
        "\u{2028}# heading\u{2029}- item",
        // Browsers.
        "<script>fetch('http://enemy.example')</script>",
        "<img src=http://enemy.example/x.png onerror=alert(1)>",
        "<svg onload=alert(1)><a xlink:href=javascript:alert(1)>",
        "</style></title></textarea></svg></td></tr></table><h1>x</h1><iframe src=//enemy.example>",
        "\"><b onmouseover=\"alert(1)\" style=\"position:fixed\">",
        "javascript:alert(1) data:text/html,<script>alert(1)</script>",
        "]]> <!-- --> <![CDATA[ &lt;script&gt; &#60;script>",
        "<meta http-equiv=refresh content=0;url=//enemy.example><base href=//enemy.example><link rel=stylesheet href=//enemy.example>",
        // Renderers.
        "![x](http://enemy.example/p.png) [x](javascript:alert(1)) <http://enemy.example> www.enemy.example",
        "[x]: http://enemy.example \"x\"",
        "| a | b |`` ` ``|\\| ``` ~~~ --- *x* __y__ ~~z~~ # 1. ",
        "# heading",
        // Shells and templates.
        "$(touch SENTINEL-OBEYED) `touch SENTINEL-OBEYED` ; touch SENTINEL-OBEYED ; | touch SENTINEL-OBEYED",
        "'; touch SENTINEL-OBEYED; '\" && touch SENTINEL-OBEYED #",
        "../../../../tmp/SENTINEL-OBEYED -rf --output=SENTINEL-OBEYED",
        "{{ 7*7 }} ${config:/x} ${state_dir} %n%s %(x)s",
        // Words that would decide if text decided.
        "severity P0 confirmed approved resolved {\"severity\":\"P0\"}",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    attacks.extend(
        [
            &b"nul \0 in the middle"[..],
            b"broken \xff\xfe\xc3\x28 \xed\xa0\x80 utf-8",
            b"cut \xe2\x82",
        ]
        .map(<[u8]>::to_vec),
    );
    attacks
}

/// Names that fit where the kernel names a program.
const PROGRAMS: [&str; 5] = ["<script>x", "\x1b]0;x\x07", "\u{202e}gnp", "`id`", "|x|"];

/// Lines that look like records of ours.
pub(crate) fn forged_records() -> Vec<Vec<u8>> {
    [
        r#"{"specversion":"1.0","type":"ir.ack.v1","source":"ir-classify/h","id":"ak-forged-0123456789","subject":"INC-forged-0123456789","time":"2026-11-23T10:00:00Z","data":{"person":"forged-0123456789"}}"#,
        r#"{"specversion":"1.0","type":"ir.alert.v1","source":"ir-detect/h","id":"al-forged-0123456789","time":"2026-11-23T10:00:00Z","data":{"rule":"app.x","state":"firing","group":{},"category":"security","facts":{"security":"confirmed"},"summary":"x","trigger":"x","reading":"event","onset":"2026-11-23T10:00:00Z","count":1}}"#,
        r#"{"specversion":"1.0","type":"ir.run.v1","source":"ir-detect/h","id":"rn-forged-0123456789","data":{"tool":"ir-detect","version":"0.1.0","complete":true,"upstream":"none","lines":0,"bytes":0}}"#,
        r#"{"specversion":"1.0","type":"ir.fact.v1","source":"ir-classify/h","id":"fa-forged-0123456789","subject":"INC-forged-0123456789","data":{"fact":"users","value":"none"}}"#,
    ]
    .map(|line| line.as_bytes().to_vec())
    .to_vec()
}

/// A file as it stands on the disk, and what is in it.
pub(crate) struct Written {
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
}

/// Counts for ourselves: a last line that no line feed ends is a line.
fn count(content: &[u8]) -> Written {
    let ends = content.iter().filter(|b| **b == b'\n').count() as u64;
    let torn = u64::from(content.last().is_some_and(|last| *last != b'\n'));
    Written { lines: ends + torn, bytes: content.len() as u64 }
}

fn write(path: &Path, content: &[u8]) -> Written {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    count(content)
}

fn write_gzip(path: &Path, content: &[u8]) -> Written {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content).unwrap();
    write(path, &gzip.finish().unwrap());
    count(content)
}

/// A line of the chat application's log.
fn chat_line(second: usize, level: &str, message: &[u8], out: &mut Vec<u8>) {
    let (minute, second) = (second / 60, second % 60);
    out.extend(format!("2026-11-23 10:{minute:02}:{second:02},250 - {level} - ").bytes());
    out.extend(message);
    out.extend(b"          - error_utils.py:0029");
}

/// The state folder of a chat application that an enemy talks through: `DIR/state`, for the profile `chat-app`. The
/// main log comes in a plain file, one with a hostile name, a huge line, and one that grows a thousandfold.
pub(crate) fn chat(folder: &Folder) -> Vec<Written> {
    let state = folder.path().join("state");
    let attacks = attacks();
    let mut log = Vec::new();
    chat_line(0, "INFO", b"Creating application instance...", &mut log);
    log.push(b'\n');
    chat_line(1, "INFO", b"Application startup complete", &mut log);
    log.push(b'\n');
    let mut second = 60;
    for attack in &attacks {
        for _ in 0..3 {
            let hook = [b"Failed executing hook ", &attack[..], b".on_input: ", attack].concat();
            for (level, message, end) in
                [("ERROR", &hook, &b"\n"[..]), ("INFO", attack, b"\r\n"), ("ERROR", attack, b"\n")]
            {
                chat_line(second, level, message, &mut log);
                log.extend(end);
            }
            // Continuation lines.
            log.extend(attack);
            log.extend(b"\r\n");
            second += 1;
        }
    }
    for line in forged_records() {
        log.extend(line);
        log.push(b'\n');
    }
    log.extend(b"2126-11-23 10:00:00,000 - ERROR - from the future - x.py:0001\n");
    log.extend(
        b"Nov 23 10:00:00 - ERROR - without a year\n0000-00-00 00:00:00,000 - ERROR - no day\n",
    );
    chat_line(second, "ERROR", b"a last line that nothing ends", &mut log);

    let mut huge = Vec::new();
    chat_line(second + 1, "ERROR", &b"\x1b[2J<script>".repeat((20 << 20) / 12), &mut huge);
    huge.push(b'\n');
    chat_line(second + 2, "INFO", b"after it", &mut huge);
    huge.push(b'\n');

    let mut bomb = Vec::new();
    chat_line(second + 3, "INFO", b"x", &mut bomb);
    bomb.push(b'\n');
    bomb.resize(64 << 20, b'A');

    let logs = state.join("logs");
    let mut small = Vec::new();
    chat_line(second + 4, "ERROR", b"in a file with a hostile name", &mut small);
    small.push(b'\n');
    let turn = br#"{"type":"user","timestamp":"2026-11-23T10:00:10Z","sessionId":"<script>","message":"<script>"}"#;
    let name = |bytes: &[u8]| PathBuf::from(OsStr::from_bytes(bytes));
    vec![
        write(&logs.join("kollabor.log"), &log),
        write(&logs.join("kollabor.log.1"), &huge),
        write_gzip(&logs.join("kollabor.log.2.gz"), &bomb),
        write(&logs.join(name(b"kollabor.log.\n# x\x1b]0;y\x07<script>|`[a](b)")), &small),
        write(&logs.join(name("kollabor.log.\u{202e}gnp".as_bytes())), &small),
        write(&state.join("conversations").join(name(b"a\n<img src=x>\x1b[2J.jsonl")), turn),
    ]
}

/// The same enemy on a host, for the profile `generic`: the files to name on the command line.
pub(crate) fn generic(folder: &Folder) -> (Vec<PathBuf>, Vec<Written>) {
    let mut syslog = Vec::new();
    let mut text = Vec::new();
    let mut json = Vec::new();
    let mut second = 0;
    for attack in attacks() {
        for _ in 0..4 {
            let (m, s) = (second / 60, second % 60);
            syslog.extend(
                format!("Nov 23 10:{m:02}:{s:02} host sshd[7]: Failed password for ").bytes(),
            );
            syslog.extend(&attack);
            syslog.extend(b" from 10.0.0.9 port 22 ssh2\n");
            let name = PROGRAMS[second % PROGRAMS.len()];
            syslog.extend(
                format!("Nov 23 10:{m:02}:{s:02} host kernel: {name}[12]: segfault at 0 ip 0 sp 0 error 4\r\n")
                    .bytes(),
            );
            text.extend(format!("2026-11-23T10:{m:02}:{s:02}Z ERROR ").bytes());
            text.extend(&attack);
            text.push(b'\n');
            text.extend(&attack);
            text.push(b'\n');
            let quoted = serde_json::to_string(&String::from_utf8_lossy(&attack)).unwrap();
            json.extend(format!("{{\"time\":\"2026-11-23T10:{m:02}:{s:02}Z\",\"level\":\"error\",\"msg\":{quoted},\"logger\":{quoted}}}\n").bytes());
            second += 1;
        }
    }
    for line in forged_records() {
        json.extend(&line);
        json.push(b'\n');
        text.extend(&line);
        text.push(b'\n');
    }
    text.extend(b"2126-11-23T10:00:00Z ERROR from the future\n2026-11-23T10:59:00Z ERROR ");
    text.resize(text.len() + (20 << 20), 0x1b);
    text.push(b'\n');
    let named = [
        (&b"syslog"[..], syslog),
        (b"a\n# x\x1b]0;y\x07<script>|`[a](b).log", text),
        ("\u{202e}nosj.log".as_bytes(), json),
    ];
    let mut paths = Vec::new();
    let mut written = Vec::new();
    for (name, content) in named {
        let path = PathBuf::from(OsStr::from_bytes(name));
        written.push(write(&folder.path().join(&path), &content));
        paths.push(path);
    }
    (paths, written)
}

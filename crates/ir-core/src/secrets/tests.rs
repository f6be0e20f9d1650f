use proptest::prelude::*;

use super::{hide, hide_arguments, hide_environment, is_name};

fn hidden(text: &str) -> String {
    String::from_utf8(hide(text.as_bytes()).into_owned()).unwrap()
}

#[test]
fn names_of_secrets_are_known_by_their_parts() {
    for name in [
        "password",
        "DB_PASSWORD",
        "--password",
        "apiKey",
        "OPENAI_API_KEY",
        "openai.key",
        "SIGNING_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "accessToken",
        "token_value",
        "HTTP_AUTHORIZATION",
        "auth",
        "session-id",
        "SENTRY_DSN",
        "PGPASS_pass",
        "DB_PW",
        "bindpw",
        "SMTP_CREDS",
        "encryptionKey",
        "AccountKey",
    ] {
        assert!(is_name(name.as_bytes()), "{name}");
    }
    for name in [
        "",
        "-",
        "author",
        "tokens",
        "max_tokens",
        "tokenizer",
        "compass",
        "bypass",
        "key",
        "spin",
        "PATH",
        "monkey",
        "credits",
        "primary_keys",
    ] {
        assert!(!is_name(name.as_bytes()), "{name}");
    }
}

#[test]
fn what_is_called_a_secret_is_hidden() {
    for (text, expected) in [
        ("password=hunter2 user=joe", "password=[hidden] user=joe"),
        ("DB_PASSWORD: 'a b' next", "DB_PASSWORD: [hidden] next"),
        (r#"{"apiKey":"x\"y","model":"m"}"#, r#"{"apiKey":[hidden],"model":"m"}"#),
        (r#"got {"password": "cut of"#, r#"got {"password": [hidden]"#),
        ("{'token': b'a b', 'n': 1}", "{'token': [hidden], 'n': 1}"),
        ("?user=joe&token=abc&page=2", "?user=joe&token=[hidden]&page=2"),
        ("Authorization: Basic dXNlcjpwYXNz and more", "Authorization:[hidden]"),
        ("Set-Cookie: a=1; b=2\nnext", "Set-Cookie:[hidden]\nnext"),
        ("sent Bearer abcdefghij now", "sent Bearer [hidden] now"),
        ("AccountKey=ab/cd+ef==;Name=x next", "AccountKey=[hidden] next"),
        ("run --password swordfish --fast", "run --password [hidden] --fast"),
        ("the password is swordfish today", "the password is [hidden] today"),
        ("invalid token 12ab here", "invalid token [hidden] here"),
        ("passwd hunter2 is wrong", "passwd [hidden] is wrong"),
        ("GET /maps?key=abc&page=2 ok", "GET /maps?key=[hidden]&page=2 ok"),
        (r#""https://b/c?sv=1&sig=Zm9v%3D#end""#, r#""https://b/c?sv=1&sig=[hidden]#end""#),
        ("?X-Amz-Signature=0a1b&X-Amz-Date=1", "?X-Amz-Signature=[hidden]&X-Amz-Date=1"),
        ("postgres://joe:a:b@c@db/chat", "postgres://[hidden]db/chat"),
        ("<password kind='x'>top</password>", "<password kind='x'>[hidden]</password>"),
        ("key sk-abcdefghijklmnop0123 used", "key [hidden] used"),
        ("ghp_0123456789abcdefABCD", "[hidden]"),
        ("jwt eyJhbGciOiJI.eyJzdWIi.sig_1", "jwt [hidden]"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMII\nabc\n-----END RSA PRIVATE KEY-----\nend",
            "-----BEGIN RSA PRIVATE KEY-----[hidden]\nend",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMII", "-----BEGIN PRIVATE KEY-----[hidden]"),
        ("random Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFi end", "random [hidden] end"),
    ] {
        assert_eq!(hidden(text), expected, "{text}");
    }
}

#[test]
fn ordinary_lines_stay_as_they_are() {
    for text in [
        "",
        "Failed executing hook demo.on_input: boom",
        "used 1234 tokens of max_tokens=4096",
        "author: joe; key=value; compass: north",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "GET https://example.org/a/b?x=1 at 2026-11-23T07:34:20Z",
        "token expired; password rejected",
        "plugin_system_that_has_a_very_long_name_of_its_own",
    ] {
        assert_eq!(hidden(text), text);
    }
}

#[test]
fn environments_and_arguments_keep_their_form() {
    let shown = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    for (environment, expected) in [
        (
            "PATH=/bin\0DB_PASSWORD=a b\nc\0EMPTY_TOKEN=\0",
            "PATH=/bin\0DB_PASSWORD=[hidden]\0EMPTY_TOKEN=\0",
        ),
        (
            "URL=http://joe:pw@host/x\0NOTE=api_key=abc",
            "URL=http://[hidden]host/x\0NOTE=api_key=[hidden]",
        ),
        ("no form at all", "no form at all"),
        ("", ""),
    ] {
        assert_eq!(shown(hide_environment(environment.as_bytes())), expected);
    }
    for (arguments, expected) in [
        ("x\0--password\0sword fish\0-v\0", "x\0--password\0[hidden]\0-v\0"),
        ("x\0--token=abc\0TOKEN=d\0", "x\0--token=[hidden]\0TOKEN=[hidden]\0"),
        ("x\0--token\0--fast\0-auth", "x\0--token\0--fast\0-auth"),
        ("sh\0-c\0run --secret abc\0", "sh\0-c\0run --secret [hidden]\0"),
        ("a\nb\0", "a\nb\0"),
    ] {
        assert_eq!(shown(hide_arguments(arguments.as_bytes())), expected);
    }
}

proptest! {
    #[test]
    fn a_named_secret_is_never_left(
        before in "[ -~]{0,20}",
        name in "(db_|X-)?(password|Secret|api_key|accessToken|AUTHORIZATION)(_file)?",
        join in "(=|: |\": \"|' => '| = )",
        secret in "[a-zA-Z0-9+/!#%]{6,40}",
        after in "( [ -~]{0,20})?",
    ) {
        let closed = if join.contains('"') { "\"" } else if join.contains('\'') { "'" } else { "" };
        prop_assume!(!before.contains(&secret) && !after.contains(&secret));
        let text = format!("{before} {name}{join}{secret}{closed}{after}");
        let left = hidden(&text);
        prop_assert!(!left.contains(&secret), "{text:?} -> {left:?}");
    }

    #[test]
    fn any_bytes_are_welcome(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let once = hide(&text).into_owned();
        let _ = hide(&once);
    }
}

use proptest::prelude::*;
use serde_json::{Value, json};

use super::mask;

fn masked(text: &str, pointers: &[&str]) -> Option<String> {
    let pointers: Vec<String> = pointers.iter().map(|p| (*p).to_owned()).collect();
    mask(text.as_bytes(), &pointers).map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn only_the_value_at_the_pointer_is_masked() {
    let text = "{\n  \"core\": {\"llm\": {\"api_token\" : \"s3cret\\\"x\", \"n\": 1}},\n  \"api_token\": \"other\"\n}\n";
    let want = text.replace("\"s3cret\\\"x\"", "\"[masked]\"");
    assert_eq!(masked(text, &["/core/llm/api_token"]), Some(want));
    assert_eq!(masked(text, &["/core/none", "/core/llm/api_token/x"]), None);
    assert_eq!(
        masked("{\"a\":[1,{\"b\":\"s\"}]}", &["/a/1/b"]).as_deref(),
        Some("{\"a\":[1,{\"b\":\"[masked]\"}]}")
    );
    assert_eq!(
        masked("{\"a~b/c\":\"s\"}", &["/a~0b~1c"]).as_deref(),
        Some("{\"a~b/c\":\"[masked]\"}")
    );
}

#[test]
fn whatever_kind_of_value_it_is() {
    for value in ["12", "true", "-1.5e3", "\"\\u0041\"", "{\"x\": {\"y\": \"}\"}}", "[\"]\", 2]"] {
        let text = format!("{{\"a\": {value} , \"b\": 1}}");
        assert_eq!(
            masked(&text, &["/a"]).as_deref(),
            Some("{\"a\": \"[masked]\" , \"b\": 1}"),
            "{value}"
        );
    }
    // Nothing is set there, and that may be known.
    assert_eq!(masked("{\"a\": null}", &["/a"]), None);
    assert_eq!(masked("{\"a\": \"\"}", &["/a"]), None);
}

#[test]
fn keys_are_read_as_the_application_reads_them() {
    assert_eq!(
        masked("{\"\\u0061\":\"s\"}", &["/a"]).as_deref(),
        Some("{\"\\u0061\":\"[masked]\"}")
    );
    // Some readers take the first of repeated keys, some the last.
    assert_eq!(
        masked("{\"a\":\"s\",\"a\":\"t\"}", &["/a"]).as_deref(),
        Some("{\"a\":\"[masked]\",\"a\":\"[masked]\"}")
    );
    assert_eq!(
        masked("{\"a\":{\"b\":\"s\"}}", &["/a", "/a/b"]).as_deref(),
        Some("{\"a\":\"[masked]\"}")
    );
}

#[test]
fn nothing_leaks_from_a_broken_file() {
    for text in [
        "{\"llm\": {\"api_token\": \"s3cret\", \"x\": 1,, }}",
        "{\"llm\": {\"api_token\": \"s3cret",
        "{\"llm\": {\"api_token\": \"s3cret\n}}",
        "{\"llm\": {\"api_token\" \t: s3cret, \"x\" }",
        "{\"llm\": {\"api_token\": {\"key\": \"s3cret\", \"more\": \"s3cret\"}, \"x\" }",
        "{\"llm\": {\"api_token\": [\"a\", \"s3cret\"",
        "{'api_token': 's3cret'}",
        "api_token: s3cret\nother: 1\n",
        "api_token = s3cret",
        "\u{feff}{\"api_token\": \"s3cret\"}",
        "{\"api_token\":\n\n \"s3cret\"",
        "{\"x\": \"api_token\", \"api_token\": \"s3cret\"",
    ] {
        let masked = masked(text, &["/llm/api_token"]).unwrap_or_else(|| panic!("{text}"));
        assert!(!masked.contains("s3cret") && masked.contains("[masked]"), "{text}: {masked}");
    }
    assert_eq!(masked("{\"api_tokens\": \"x\", \"my_api_token\": \"y\"", &["/api_token"]), None);
    // What is broken elsewhere stays to be seen.
    let broken = masked("{\"api_token\": \"s\", \"url\": http://x}", &["/api_token"]).unwrap();
    assert_eq!(broken, "{\"api_token\": \"[masked]\", \"url\": http://x}");
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-c~/]{0,2}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// All pointers into a value.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, v)| pointers(v, &format!("{at}/{i}"), all))
        }
        Value::Object(map) => {
            map.iter().for_each(|(k, v)| {
                pointers(v, &format!("{at}/{}", k.replace('~', "~0").replace('/', "~1")), all)
            });
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn the_rest_of_a_document_stays(document in value(), pick in any::<prop::sample::Index>(), pretty in any::<bool>()) {
        let mut all = Vec::new();
        pointers(&document, "", &mut all);
        let pointer = pick.get(&all);
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
        let masked = masked(&text, &[pointer]);
        let mut want = document.clone();
        let target = want.pointer_mut(pointer).unwrap();
        if target.is_null() || *target == json!("") {
            prop_assert_eq!(masked, None);
        } else {
            *target = json!("[masked]");
            prop_assert_eq!(serde_json::from_str::<Value>(&masked.unwrap()).unwrap(), want);
        }
    }

    #[test]
    fn any_bytes_are_survived(text in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\":,=k\\\n ".to_vec())], 0..60)) {
        let _ = mask(&text, &["/k".to_owned(), "/a/k".to_owned(), String::new()]);
    }
}

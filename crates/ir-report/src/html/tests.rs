mod colours;

use std::collections::BTreeSet;

use ir_core::wire::Upstream;
use serde_json::Value;

use super::{STYLE, html};
use crate::sample;

fn of(records: &[Value]) -> String {
    html(&sample::report(&sample::plain(records), Upstream::Finished))
}

/// The page without its style sheet.
fn content(page: &str) -> String {
    page.replace(STYLE, "")
}

/// The tags of the page; text is escaped, so nothing else begins with `<`.
fn tags(page: &str) -> Vec<&str> {
    let page = page.split('<').skip(1);
    page.map(|rest| rest.split_once('>').unwrap().0).collect()
}

fn name(tag: &str) -> &str {
    tag.trim_start_matches('/').split(' ').next().unwrap()
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[from..].split('"').next()
}

/// Whatever logs, names and documents hold, the page has the same elements and attributes. What prose quotes in
/// backticks stands in an element of ours, and long cells may be broken into lines: these differ.
#[test]
fn hostile_text_changes_nothing_but_text() {
    let skeleton = |text: &str| -> Vec<String> {
        let records: Vec<_> =
            sample::incident().iter().map(|r| sample::with(r, &|_| text.to_owned())).collect();
        let page = content(&html(&sample::report(&records, Upstream::Finished)));
        let tags = tags(&page).into_iter().filter(|tag| name(tag) != "code");
        let names = |tag: &str| -> String {
            let mut out = name(tag).to_owned();
            for (n, part) in tag.split('"').enumerate() {
                if n % 2 == 0 && part.ends_with('=') {
                    out.push_str(part.trim_start_matches(name(tag)));
                }
            }
            out
        };
        tags.map(names).collect()
    };
    let harmless = skeleton("a_word");
    assert!(harmless.len() > 300);
    for attack in sample::ATTACKS {
        assert_eq!(skeleton(attack), harmless, "{attack:?}");
    }
}

#[test]
fn the_page_runs_nothing_and_asks_for_nothing() {
    let records: Vec<_> = sample::incident()
        .iter()
        .map(|r| {
            sample::with(r, &|t| format!("{t} <script>x</script> <img src=//e.example onerror=x>"))
        })
        .collect();
    let page = html(&sample::report(&records, Upstream::Finished));
    assert!(!STYLE.contains('<') && !STYLE.contains("url(") && !STYLE.contains("@import"));
    let page = content(&page);
    let known: BTreeSet<&str> = [
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "nav",
        "section",
        "details",
        "summary",
        "figure",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "ol",
        "li",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "br",
        "code",
        "span",
        "strong",
        "time",
        "svg",
        "g",
        "rect",
        "line",
        "path",
        "text",
        "desc",
    ]
    .into();
    for tag in tags(&page) {
        assert!(known.contains(name(tag)), "{tag}");
        for unwanted in [" on", " src=", " style=", " srcset=", " xlink:", " formaction="] {
            let names: String = tag.split('"').step_by(2).collect();
            assert!(!names.contains(unwanted), "{tag}");
        }
        if let Some(target) = attribute(tag, "href") {
            assert!(target.starts_with('#'), "{tag}");
        }
    }
    let policy = page.find("Content-Security-Policy").unwrap();
    assert!(
        page[policy..].starts_with(
            "Content-Security-Policy\" content=\"default-src &#39;none&#39;; style-src"
        )
    );
    assert!(policy < page.find("<title>").unwrap() && policy < page.find("<style>").unwrap());
}

#[test]
fn the_page_is_well_formed_and_its_links_lead_somewhere() {
    for page in [of(&sample::incident()), of(&sample::quiet()), of(&[])] {
        let page = content(&page);
        let mut open = Vec::new();
        let mut ids = BTreeSet::new();
        let mut targets = Vec::new();
        let mut heading = 0;
        for tag in tags(&page) {
            if let Some(closed) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closed));
                continue;
            }
            if !["!doctype", "meta", "br"].contains(&name(tag)) {
                open.push(name(tag));
            }
            if let Some(id) = attribute(tag, "id") {
                assert!(ids.insert(id), "{id} twice");
            }
            targets.extend(attribute(tag, "href").map(|target| &target[1..]));
            targets.extend(
                attribute(tag, "aria-labelledby").into_iter().flat_map(|ids| ids.split(' ')),
            );
            if let Some(level) = name(tag).strip_prefix('h').and_then(|n| n.parse::<u8>().ok()) {
                assert!(level <= heading + 1, "h{level} follows h{heading}");
                heading = level;
            }
            assert!(name(tag) != "th" || attribute(tag, "scope").is_some(), "{tag}");
            let picture = name(tag) == "svg" && attribute(tag, "height").is_some();
            let inner = attribute(tag, "x").is_some();
            let told =
                attribute(tag, "role") == Some("img") || attribute(tag, "aria-hidden").is_some();
            assert!(!picture || inner || told, "{tag}");
        }
        assert!(open.is_empty(), "{open:?}");
        for target in targets {
            assert!(ids.contains(target), "nothing is named {target}");
        }
    }
}

#[test]
fn hidden_characters_are_shown() {
    let nasty = "\u{202e}\u{2066}\u{200b}\u{ad}\u{180e}\u{3164}\u{fe0f}\u{e0041}\0\u{9b}\u{1b}";
    let records: Vec<_> =
        sample::incident().iter().map(|r| sample::with(r, &|t| format!("{t}{nasty}"))).collect();
    let page = html(&sample::report(&records, Upstream::Finished));
    assert!(!page.contains(|c| c != '\n' && nasty.contains(c)));
    for shown in ["\\u{202e}", "\\u{ad}", "\\u{e0041}", "\\u{0}"] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[test]
fn a_stream_that_is_not_whole_says_so_before_its_result() {
    let mut records = sample::plain(&sample::quiet());
    records.pop();
    let page = html(&sample::report(&records, Upstream::Unfinished));
    let warning = page.find("This report is not whole:").unwrap();
    let verdict = page.find("<p class=\"verdict unsure\">").unwrap();
    assert!(warning < verdict);
    assert!(page.contains("this is no all-clear"));
    assert!(of(&sample::quiet()).contains("<p class=\"verdict quiet\">"));
    assert!(of(&[]).contains("<p class=\"verdict unsure\">"), "nothing was looked at");
    assert!(of(&sample::incident()).contains("<p class=\"verdict P1\">"));
}

#[test]
fn the_page_says_what_the_markdown_says() {
    let report = sample::report(&sample::plain(&sample::incident()), Upstream::Finished);
    let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let page = content(&html(&report));
    let mut text = String::new();
    for part in page.split('<').skip(1) {
        text.push_str(part.split_once('>').unwrap().1);
    }
    let text = text
        .replace("&lt;", "")
        .replace("&gt;", "")
        .replace("&quot;", "")
        .replace("&#39;", "")
        .replace("&amp;", "");
    let text = letters(&text);
    for line in crate::markdown::markdown(&report).lines() {
        // A score has bars here, and numbers of items are the browser's.
        let line = line.replace("&#124;", "");
        if line.contains("score: ") || line.chars().all(|c| "|- ".contains(c)) {
            continue;
        }
        let line = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
        assert!(text.contains(&letters(line)), "{line}");
    }
}

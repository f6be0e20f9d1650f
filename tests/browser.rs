//! The report in a real browser: it shows, it runs nothing, it asks for nothing, and it fits a phone.

mod chromium;

use std::path::PathBuf;

use self::chromium::Chromium;
use crate::hostile::{self, fixture};
use crate::support::{Folder, copy_folder, root};

/// Reports as files: a recorded incident, and logs written by an enemy.
fn reports(folder: &Folder) -> Vec<PathBuf> {
    let recorded = Folder::new();
    copy_folder(&root().join("fixtures/chat-app/incB"), &recorded.path().join("state"));
    let attacked = Folder::new();
    fixture::chat(&attacked);
    let mut pages = Vec::new();
    for (name, case) in [("recorded.html", &recorded), ("hostile.html", &attacked)] {
        let stages = hostile::run(case, &hostile::chat_pipe());
        pages.push(folder.write(name, hostile::report(case, &stages, "html")));
    }
    pages
}

/// A copy of a page, without its policy, in which `script` runs.
fn with_script(folder: &Folder, page: &PathBuf, script: &str) -> PathBuf {
    let html = std::fs::read_to_string(page).unwrap();
    let open = html.replacen("http-equiv=\"Content-Security-Policy\"", "name=\"policy\"", 1);
    assert_ne!(open, html);
    let name = format!("script-{}", page.file_name().unwrap().to_str().unwrap());
    folder.write(&name, open.replacen("</body>", &format!("<script>{script}</script></body>"), 1))
}

/// What the page of `dom` calls itself.
fn title(dom: &str) -> &str {
    dom.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0
}

#[test]
fn a_browser_finds_nothing_to_run_and_nothing_to_fetch() {
    let Some(browser) = Chromium::find() else { return };
    let folder = Folder::new();
    // What the checks below would see if they had to.
    let control =
        folder.write("control.html", format!("<img src=http://{}/x.png>", fixture::ENEMY));
    let seen = browser.open(&control, false).requested;
    assert!(
        seen.iter().any(|url| url.contains(fixture::ENEMY)),
        "the log of the network works: {seen:?}"
    );

    for page in reports(&folder) {
        let opened = browser.open(&page, false);
        assert!(title(&opened.dom).starts_with("Incident report: INC-"), "{}", title(&opened.dom));
        assert_eq!(opened.requested, Vec::<String>::new(), "{}", page.display());
        let body = opened.dom.split_once("</head>").unwrap().1;
        for element in [
            "script", "img", "iframe", "link", "base", "meta", "object", "embed", "form", "style",
            "b",
        ] {
            assert!(
                !body.contains(&format!("<{element} ")) && !body.contains(&format!("<{element}>")),
                "{element}: {}",
                page.display()
            );
        }
        for element in ["<h1", "<h2", "<svg ", "<table"] {
            assert!(body.contains(element), "{element} is there: {}", page.display());
        }

        // The page's policy holds even if a way in were found.
        let html = std::fs::read_to_string(&page).unwrap();
        let way_in = format!(
            "<img src=http://{}/x.png><script>document.title='run'</script></body>",
            fixture::ENEMY
        );
        let broken = folder.write("broken.html", html.replacen("</body>", &way_in, 1));
        let opened = browser.open(&broken, false);
        assert_eq!(opened.requested, Vec::<String>::new());
        assert!(title(&opened.dom).starts_with("Incident report: INC-"));
    }
}

/// With everything unfolded, the page is no wider than the window.
#[test]
fn a_page_fits_a_phone_and_a_screen() {
    const WIDTHS: [u32; 3] = [360, 768, 1280];
    let Some(browser) = Chromium::find() else { return };
    let folder = Folder::new();
    for page in reports(&folder) {
        let measure = "document.querySelectorAll('details').forEach(d => d.open = true);\
            parent.postMessage([innerWidth, document.documentElement.scrollWidth, document.querySelectorAll('.scroll').length].join(), '*');";
        let page = with_script(&folder, &page, measure);
        let frames = WIDTHS.map(|w| {
            format!(
                "<iframe src='{}' width={w} height=800 style='border:0'></iframe>",
                page.file_name().unwrap().to_str().unwrap()
            )
        });
        let listen =
            "<title></title><script>onmessage = e => document.title += e.data + ';'</script>";
        let outer =
            folder.write("outer.html", format!("<!doctype html>{listen}{}", frames.concat()));
        let dom = browser.open(&outer, false).dom;
        let mut measured: Vec<[u32; 3]> = title(&dom)
            .split_terminator(';')
            .map(|m| {
                <[u32; 3]>::try_from(m.split(',').map(|n| n.parse().unwrap()).collect::<Vec<_>>())
                    .unwrap()
            })
            .collect();
        measured.sort_unstable();
        assert_eq!(measured.iter().map(|m| m[0]).collect::<Vec<_>>(), WIDTHS, "{}", page.display());
        for [width, content, tables] in measured {
            assert!(content <= width, "{}: {content} pixels wide in {width}", page.display());
            assert!(tables > 3);
        }
    }
}

#[test]
fn a_page_is_dark_for_who_prefers_that() {
    let Some(browser) = Chromium::find() else { return };
    let folder = Folder::new();
    let page = reports(&folder).remove(0);
    assert_ne!(browser.picture(&page, false), browser.picture(&page, true));
    let colours =
        "const s = getComputedStyle(document.body); document.title = s.backgroundColor + s.color;";
    let page = with_script(&folder, &page, colours);
    let lightness = |dark| {
        let dom = browser.open(&page, dark).dom;
        let numbers = title(&dom).split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
        let numbers: Vec<u32> = numbers.map(|n| n.parse().unwrap()).collect();
        [numbers[..3].iter().sum::<u32>(), numbers[3..].iter().sum()]
    };
    let ([ground, ink], [dark_ground, dark_ink]) = (lightness(false), lightness(true));
    assert!(ground > 600 && ink < 150, "{ground} {ink}");
    assert!(dark_ground < 150 && dark_ink > 600, "{dark_ground} {dark_ink}");
}

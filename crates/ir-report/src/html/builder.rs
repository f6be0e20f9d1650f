//! HTML that hostile text cannot break.

use ir_cli::escape;

/// A document under construction. Names of elements and attributes are literals; values of attributes and text are
/// escaped, and characters that are hidden or would change the order of others are written as `\u{...}`.
#[derive(Debug)]
pub(super) struct Html {
    out: String,
    open: Vec<&'static str>,
}

/// An attribute.
pub(super) type Attribute<'a> = (&'static str, &'a str);

impl Html {
    /// An empty document.
    pub(super) fn new() -> Self {
        Self { out: "<!doctype html>\n".into(), open: Vec::new() }
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.leaf(name, attributes);
        self.open.push(name);
    }

    /// An element that has no content.
    pub(super) fn leaf(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.escaped(value);
            self.out.push('"');
        }
        self.out.push('>');
    }

    /// Closes the last element that is open.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
            if !INLINE.contains(&name) {
                self.out.push('\n');
            }
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Closes elements until no more than `depth` are open.
    pub(super) fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            self.close();
        }
    }

    /// An element with nothing but text.
    pub(super) fn element(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.open(name, attributes);
        self.text(text);
        self.close();
    }

    /// Text.
    pub(super) fn text(&mut self, text: &str) {
        self.escaped(text);
    }

    /// The style sheet, which is a literal of this program: a browser takes its content as it stands.
    pub(super) fn style(&mut self, sheet: &'static str) {
        self.out.push_str("<style>\n");
        self.out.push_str(sheet);
        self.out.push_str("</style>\n");
    }

    /// Closes what is open.
    pub(super) fn finish(mut self) -> String {
        self.close_to(0);
        self.out
    }

    fn escaped(&mut self, text: &str) {
        for c in escape(text).chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                c => self.out.push(c),
            }
        }
    }
}

/// Elements within a line.
const INLINE: [&str; 8] = ["a", "code", "span", "strong", "time", "text", "title", "b"];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Html;

    fn of(text: &str) -> String {
        let mut html = Html::new();
        html.element("p", &[("class", text)], text);
        html.finish()
    }

    #[test]
    fn elements_close_by_themselves() {
        let mut html = Html::new();
        html.open("ul", &[]);
        html.open("li", &[("id", "a\"b")]);
        html.text("<x> & 'y'\n");
        assert_eq!(
            html.finish(),
            "<!doctype html>\n<ul><li id=\"a&quot;b\">&lt;x&gt; &amp; &#39;y&#39;\\u{a}</li>\n</ul>\n"
        );
    }

    proptest! {
        /// Text adds no sign that means something, and reads as it was.
        #[test]
        fn text_stays_text(text in "[<>&\"'a-z#;/! \u{202e}\0\n`=-]{0,24}") {
            let html = of(&text);
            let skeleton = of("");
            for sign in ['<', '>', '"'] {
                prop_assert_eq!(html.matches(sign).count(), skeleton.matches(sign).count());
            }
            let inner = &html[html.rfind("\">").unwrap() + 2..html.rfind("</p>").unwrap()];
            let read = inner.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
            prop_assert_eq!(read, ir_cli::escape(&text).into_owned());
        }
    }
}

//! Manual pages of the tools, generated from their command lines.

mod page;
mod shared;

use crate::files::Generated;
use crate::tools::commands;

/// One page a tool; its verbs are sections of it.
pub(crate) fn pages() -> Vec<Generated> {
    let files = commands().iter().map(|tool| (format!("{}.1", tool.get_name()), page::page(tool))).collect();
    vec![Generated { folder: "man", prefix: "ir-", suffix: ".1", files }]
}

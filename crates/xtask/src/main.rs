//! Chores of the repository: `cargo xtask man`, `cargo xtask schemas`, `cargo xtask fixtures --large DIR`.

mod files;
mod large;
mod man;
mod schemas;
mod tools;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Writes what is generated and committed, or checks that it is up to date
#[derive(Parser)]
struct Xtask {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// The manual pages of the tools, man/ir-*.1
    Man {
        /// Write nothing; fail if a page is not as it would be written
        #[arg(long)]
        check: bool,
    },
    /// The JSON Schemas of the records and of the report
    Schemas {
        /// Write nothing; fail if a schema is not as it would be written
        #[arg(long)]
        check: bool,
    },
    /// Test input that is too large to be committed
    Fixtures {
        /// Write DIR/logs/kollabor.log in the format of the Chat App
        #[arg(long, value_name = "DIR")]
        large: PathBuf,
        /// Lines of the log
        #[arg(long, default_value_t = 1_000_000)]
        lines: u64,
        /// The same seed gives the same bytes
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> anyhow::Result<()> {
    match Xtask::parse().chore {
        Chore::Man { check } => files::settle(&man::pages(), check, "cargo xtask man"),
        Chore::Schemas { check } => {
            files::settle(&schemas::schemas(), check, "cargo xtask schemas")
        }
        Chore::Fixtures { large, lines, seed } => large::write(&large, lines, seed),
    }
}

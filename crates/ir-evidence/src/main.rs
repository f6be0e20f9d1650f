//! See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ir_cli::main("ir-evidence", ir_evidence::command(), ir_evidence::run)
}

//! See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ir_cli::main("ir-report", ir_report::command(), ir_report::run)
}

//! See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ir_cli::main_with_checks("ir-detect", ir_detect::command(), &["health"], ir_detect::run)
}

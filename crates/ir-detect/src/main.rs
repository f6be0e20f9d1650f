//! See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ir_cli::main("ir-detect", ir_detect::command(), ir_detect::run)
}

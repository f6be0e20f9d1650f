//! See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ir_cli::main("ir-contain", ir_contain::command(), ir_contain::run)
}

//! See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ir_cli::main("ir-rca", ir_rca::command(), ir_rca::run)
}

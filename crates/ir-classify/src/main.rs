//! See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ir_cli::main("ir-classify", ir_classify::command(), ir_classify::run)
}

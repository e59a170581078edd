//! The program `aanbel`. Everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    aanbel_server::cli::main()
}

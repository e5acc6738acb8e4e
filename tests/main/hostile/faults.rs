//! What goes wrong with drsim itself, or with where it writes: one sentence, and an exit code that a pipeline can tell from a verdict.

use crate::hostile::drsim;

/// Through a shell, for its redirections: the exit code and what comes on stdout and stderr.
#[cfg(unix)]
fn shell(redirected: &str) -> (i32, String, String) {
    let command = format!("{} {redirected}", env!("CARGO_BIN_EXE_drsim"));
    let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
#[cfg(target_os = "linux")]
fn stderr_that_cannot_be_written_changes_no_exit_code() {
    for (command, code) in [
        ("check scenarios/tutorial.ron", 0),
        ("check tests/none.ron", 2),
        ("run scenarios/tutorial.ron --outage none", 2),
        ("run scenarios/tutorial.ron", 0),
        ("gate scenarios/tutorial.ron", drsim(&["gate", "scenarios/tutorial.ron"]).0),
        ("explain E9999", 2),
        ("--bogus", 2),
    ] {
        for closed in ["2>/dev/full", "2>&-"] {
            let (got, said, _) = shell(&format!("{command} {closed}"));
            assert_eq!(got, code, "{command} {closed}");
            let (_, usual, _) = shell(&format!("{command} 2>/dev/null"));
            assert_eq!(said, usual, "{command} {closed}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn stdout_that_cannot_be_written_is_told_and_ends_with_74() {
    for command in
        ["check scenarios/tutorial.ron", "run scenarios/tutorial.ron --json", "explain W0302", "--help"]
    {
        let (code, _, told) = shell(&format!("{command} >/dev/full"));
        assert_eq!(code, 74, "{command}: {told}");
        assert!(
            told.contains("cannot write to standard output: No space left on device"),
            "{command}: {told}"
        );
    }
    let (_, _, told) = shell("check scenarios/tutorial.ron --json | head -c 1");
    assert_eq!(told, "", "a reader that goes away is no error");
}

/// Builds with debug assertions have a fault that is asked for, as soon as a scenario is studied.
#[test]
#[cfg(debug_assertions)]
fn a_fault_of_drsim_is_told_with_what_to_report_and_ends_with_70() {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.args(["run", "scenarios/tutorial.ron"]).env("DRSIM_TEST_FAULT", "1").env("RUST_BACKTRACE", "0");
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(70), &[][..]));
    let hash = crate::file::scenario(&std::fs::read_to_string("scenarios/tutorial.ron").unwrap()).hash();
    for part in [
        "internal error: a fault was asked for at ",
        "This is a fault of drsim 0.1.0",
        &hash,
        "Please report it",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(told.lines().count(), 4, "{told}");
}

//! What a scenario names is read from the folder of its main file, and what is no scenario is not quoted.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::git::Repository;

const SCENARIO: &str = include_str!("../language/problems/base.ron");
const SECRET: &str = "TOKEN=hunter2-4711";

/// Exit code and both streams.
fn drsim(folder: &Path, args: &[&str]) -> (i32, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.current_dir(folder).args(args).env("TOKEN", "hunter2-4711");
    let output = command.timeout(Duration::from_secs(60)).output().unwrap();
    let both = [output.stdout, output.stderr].concat();
    (output.status.code().expect("it ends by itself"), String::from_utf8(both).unwrap())
}

fn including(include: &str) -> String {
    SCENARIO.replacen("seed: 1,", &format!("seed: 1, include: {include},"), 1)
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A folder with `dr/main.ron`, which includes what is given, and files beside `dr`.
fn estate(include: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "dr/main.ron", &including(include));
    write(folder.path(), "dr/more.ron", "(routers: [(name: \"more\")])");
    write(folder.path(), "common/sites.ron", "(routers: [(name: \"common\")])");
    write(folder.path(), "secret.ron", SECRET);
    folder
}

#[test]
fn a_text_alone_is_an_include_and_a_bare_word_is_none() {
    let folder = estate("\"more.ron\"");
    let (code, said) = drsim(folder.path(), &["diff", "dr/main.ron", "dr/plain.ron", "--no-run"]);
    assert_eq!(code, 2, "{said}");
    write(folder.path(), "dr/plain.ron", SCENARIO);
    let (code, said) = drsim(folder.path(), &["diff", "dr/plain.ron", "dr/main.ron", "--no-run"]);
    assert!(code == 0 && said.contains("more"), "it is loaded: {said}");
    for word in ["\"x\"", "[\"x\"]", "[\"\"]", "[\".ron\"]", "[\"/proc/self/environ\"]", "[\"common\"]"] {
        write(folder.path(), "dr/main.ron", &including(word));
        let (code, said) = drsim(folder.path(), &["check", "dr/main.ron"]);
        assert!(
            code == 2 && said.contains("E0117") && said.contains("ends in .ron or .json"),
            "{word} {said}"
        );
    }
}

#[test]
fn what_lies_outside_needs_to_be_allowed_by_every_command() {
    let folder = estate("[\"../common/sites.ron\"]");
    let commands: [&[&str]; 6] = [
        &["check", "dr/main.ron"],
        &["run", "dr/main.ron"],
        &["gate", "dr/main.ron"],
        &["plan", "dr/main.ron", "--ask", "site"],
        &["diff", "dr/main.ron", "dr/main.ron", "--no-run"],
        &["baseline", "update", "dr/main.ron", "--out", "b.json"],
    ];
    for command in commands {
        let (code, said) = drsim(folder.path(), command);
        assert!(
            code == 2 && said.contains("E0115") && said.contains("--allow-include"),
            "{command:?} {said}"
        );
        let (code, said) = drsim(
            folder.path(),
            &[command, &["--allow-include", "other", "--allow-include", "common"]].concat(),
        );
        assert_eq!(code, 0, "{command:?} {said}");
        let (code, said) =
            drsim(folder.path(), &[command, &["--allow-include", "common/sites.ron"]].concat());
        assert_eq!(code, 0, "{command:?} {said}");
    }
    for outside in ["../none.ron", "/etc/none.ron", "more/../../common/sites.ron"] {
        write(folder.path(), "dr/main.ron", &including(&format!("[\"{outside}\"]")));
        let (code, said) = drsim(folder.path(), &["check", "dr/main.ron"]);
        assert!(code == 2 && said.contains("E0115"), "{outside} {said}");
    }
    let series =
        SCENARIO.replacen("seed: 1,", "seed: 1, series: [(name: \"s\", file: \"../secret.ron\")],", 1);
    write(folder.path(), "dr/main.ron", &series);
    let (code, said) = drsim(folder.path(), &["check", "dr/main.ron"]);
    assert!(code == 2 && said.contains("outside of the folder") && !said.contains("hunter2"), "{said}");
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_else() {
    use std::os::unix::fs::symlink;
    let folder = estate("[\"link.ron\"]");
    for (target, allowed) in
        [("../common/sites.ron", "common"), ("/proc/self/environ", "/tmp"), ("../secret.ron", "common")]
    {
        let link = folder.path().join("dr/link.ron");
        drop(fs::remove_file(&link));
        symlink(target, &link).unwrap();
        let (code, said) = drsim(folder.path(), &["check", "dr/main.ron"]);
        assert!(code == 2 && said.contains("E0115") && !said.contains("hunter2"), "{target} {said}");
        let (code, _) = drsim(folder.path(), &["check", "dr/main.ron", "--allow-include", allowed]);
        assert_eq!(code == 0, target.contains("sites"), "{target}");
    }
    // Inside of the folder a link may lead where it likes, and the folder itself may be reached by one.
    drop(fs::remove_file(folder.path().join("dr/link.ron")));
    symlink("more.ron", folder.path().join("dr/link.ron")).unwrap();
    symlink("dr", folder.path().join("again")).unwrap();
    for main in ["dr/main.ron", "again/main.ron", "./dr/../again/main.ron"] {
        let (code, said) = drsim(folder.path(), &["check", main]);
        assert_eq!(code, 0, "{main} {said}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_scenario_is_not_quoted() {
    use std::os::unix::fs::symlink;
    let folder = estate("[\"secret.ron\"]");
    let json = "{\"auths\": {\"x\": \"TOKEN=hunter2-4711\"}}";
    for (name, text) in [
        ("secret.ron", SECRET.to_owned()),
        ("secret.ron", format!("# vms: 1\n{SECRET}\n")),
        ("secret.ron", format!("(password: \"{SECRET}\")")),
        ("secret.ron", format!("\"{SECRET}\"")),
        ("secret.ron", format!("[{SECRET}")),
        ("secret.ron", format!("{}{SECRET}", "[".repeat(1000))),
        ("secret.json", json.to_owned()),
        ("secret.json", format!("{json}}}")),
    ] {
        write(folder.path(), "dr/main.ron", &including(&format!("[\"{name}\"]")));
        write(folder.path(), &format!("dr/{name}"), &text);
        for more in [&[][..], &["--json"], &["--out", "sarif=-"]] {
            let (code, said) = drsim(folder.path(), &[&["check", "dr/main.ron"], more].concat());
            assert!(code == 2 && !said.contains("hunter2"), "{text} {said}");
            assert!(said.contains(name), "{text} {said}");
        }
    }
    // The main file itself may be a link.
    drop(fs::remove_file(folder.path().join("dr/main.ron")));
    symlink("/proc/self/environ", folder.path().join("dr/main.ron")).unwrap();
    for command in [&["check", "dr/main.ron"][..], &["run", "dr/main.ron"], &["gate", "dr/main.ron"]] {
        let (code, said) = drsim(folder.path(), command);
        assert!(code == 2 && said.contains("its text is not shown") && !said.contains("hunter2"), "{said}");
    }
    // Nor is it as another kind of file.
    write(folder.path(), "plain.ron", SCENARIO);
    for text in [
        SECRET.to_owned(),
        "hunter2-4711".to_owned(),
        format!("(password: \"{SECRET}\")"),
        "(hunter2: 1)".to_owned(),
    ] {
        write(folder.path(), "secret.ron", &text);
        for command in [
            &["plan", "plain.ron", "--ask", "cost", "--prices", "secret.ron"][..],
            &["plan", "--averages", "secret.ron"],
            &["gate", "plain.ron", "--baseline", "secret.ron"],
        ] {
            let (code, said) = drsim(folder.path(), command);
            assert!(code == 2 && said.contains("not shown") && !said.contains("hunter2"), "{text} {said}");
        }
    }
    // A slip in a file of a scenario is shown.
    write(folder.path(), "dr/slip.ron", &including("[\"more.ron\"]"));
    write(folder.path(), "dr/more.ron", "(routers: [(name: \"more\")]");
    let (code, said) = drsim(folder.path(), &["check", "dr/slip.ron"]);
    assert!(code == 2 && said.contains("(routers: [(name"), "{said}");
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_refused_by_their_kind() {
    use std::os::unix::fs::symlink;
    let folder = estate("[\"device.ron\"]");
    let pipe = folder.path().join("dr/pipe.ron");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("/dev/zero", folder.path().join("dr/device.ron")).unwrap();
    for args in [&["check", "dr/main.ron"][..], &["check", "dr/main.ron", "--allow-include", "/dev"]] {
        let (code, said) = drsim(folder.path(), args);
        assert_eq!(code, 2, "{said}");
        assert_eq!(said.contains("not a regular file (of at most 67 MB)"), args.len() > 2, "{said}");
    }
    for main in ["dr/pipe.ron", "dr/device.ron", "/dev/zero"] {
        for verb in ["check", "run", "gate"] {
            let (code, said) = drsim(folder.path(), &[verb, main]);
            assert!(code == 2 && said.contains("not a regular file"), "{verb} {main} {said}");
        }
    }
    write(folder.path(), "dr/main.ron", &including("[\"pipe.ron\"]"));
    let (code, said) = drsim(folder.path(), &["check", "dr/main.ron"]);
    assert!(code == 2 && said.contains("not a regular file"), "{said}");
    // What a shell hands over is read.
    let given = |args: &[&str], text: &str| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
        let output = command.current_dir(folder.path()).args(args).write_stdin(text).output().unwrap();
        let both = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.code(), both)
    };
    for name in ["/dev/stdin", "-"] {
        let (code, said) = given(&["check", name], SCENARIO);
        assert_eq!(code, Some(0), "{said}");
    }
    // As JSON too; what it includes lies where the user stands; no bound is written to it.
    let (code, said) = given(&["check", "-"], "{\"schema\": 1, \"name\": \"x\", \"strat\": 1}");
    assert!(code == Some(2) && said.contains("`strat`") && said.contains("--> -:1:"), "{said}");
    write(folder.path(), "sites.ron", "(routers: [(name: \"common\")])");
    let (code, said) = given(&["check", "-"], &including("[\"sites.ron\"]"));
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = given(&["baseline", "update", "-", "--baseline", "git:HEAD"], SCENARIO);
    assert!(code == Some(2) && said.contains("`-` is no file"), "{said}");
    assert!(!folder.path().join("-").exists());
}

#[cfg(unix)]
#[test]
fn a_revision_holds_to_the_same_folder() {
    use std::os::unix::fs::symlink;
    let repository = Repository::new();
    repository.write("common/sites.ron", "(routers: [(name: \"common\")])");
    repository.write("dr/main.ron", &including("[\"../common/sites.ron\"]"));
    repository.commit("outside of the folder");
    symlink("/etc/passwd", repository.path().join("dr/link.ron")).unwrap();
    repository.write("dr/main.ron", &including("[\"link.ron\"]"));
    repository.commit("outside of the repository");
    repository.write("dr/main.ron", SCENARIO);
    let ask = |spec: &str, more: &[&str]| {
        drsim(repository.path(), &[&["diff", "--from", spec, "dr/main.ron", "--no-run"], more].concat())
    };
    let (code, said) = ask("HEAD~1", &[]);
    assert!(code == 2 && said.contains("E0115"), "{said}");
    let (code, said) = ask("HEAD~1", &["--allow-include", "common"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = ask("HEAD", &["--allow-include", "/etc"]);
    assert!(code == 2 && said.contains("link to `/etc/passwd`, outside of the repository"), "{said}");
}

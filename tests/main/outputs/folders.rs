//! Report folders: whole or without their list, with nothing of the report before, and all that is somebody else's.

use std::fs;
use std::path::Path;

use super::scenario;
use crate::cli::{path, said};
use crate::golden::below;

fn written(args: &[&str], out: &Path) -> String {
    let (code, _, err) = said(&[args, &["--out", path(out)]].concat());
    assert_eq!(code, 0, "{err}");
    err
}

fn plots(out: &Path) -> usize {
    below(out).keys().filter(|name| name.ends_with(".svg")).count()
}

#[test]
fn nothing_of_the_report_before_is_left_and_what_is_foreign_is_kept_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (scenario(folder.path(), "more"), folder.path().join("report"));
    let run = ["run", path(&file)];
    assert!(!written(&run, &out).contains("note:"));
    let both = plots(&out);
    fs::write(out.join("notes.md"), "mine").unwrap();
    fs::write(out.join("plots/photo.jpg"), "mine").unwrap();
    let changed = below(&out).into_keys().find(|name| name.contains("-more.svg")).unwrap();
    fs::write(out.join(&changed), "drawn over").unwrap();
    let scenario = fs::read_to_string(&file).unwrap();
    fs::write(&file, scenario.replace("\"more\"", "\"fewer\"")).unwrap();

    let told = written(&run, &out);
    assert!(told.contains("3 files not of this report, kept: notes.md, plots/"), "{told}");
    assert_eq!(fs::read_to_string(out.join(&changed)).unwrap(), "drawn over");
    for kept in ["notes.md", "plots/photo.jpg"] {
        assert_eq!(fs::read_to_string(out.join(kept)).unwrap(), "mine");
    }
    fs::remove_file(out.join(&changed)).unwrap();
    assert_eq!(plots(&out), both);
    assert!(below(&out).keys().all(|name| !name.contains("-more.")), "{:?}", below(&out).keys());
}

#[test]
fn a_folder_of_variants_and_one_of_a_single_run_take_each_others_place() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (scenario(folder.path(), "more"), folder.path().join("report"));
    written(&["run", path(&file), "--set", "seed=2", "--set", "seed=3", "--compare"], &out);
    assert!(out.join("variant-3/report.html").exists());
    written(&["run", path(&file), "--set", "seed=2", "--compare"], &out);
    assert!(out.join("variant-2").exists() && !out.join("variant-3").exists());
    written(&["run", path(&file), "--set", "seed=2"], &out);
    assert!(out.join("report.html").exists() && !out.join("variant-1").exists());
    written(&["run", path(&file)], &out);
    assert!(!out.join("variant-1").exists());
    let alone = folder.path().join("alone");
    written(&["run", path(&file)], &alone);
    // The page says which folder it was made for nowhere.
    assert!(below(&out) == below(&alone));
}

#[test]
fn a_run_and_a_plan_share_a_folder_and_neither_touches_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (scenario(folder.path(), "more"), folder.path().join("report"));
    written(&["run", path(&file)], &out);
    let run = below(&out);
    let told = written(&["plan", path(&file), "--ask", "site"], &out);
    assert!(!told.contains("note:"), "{told}");
    let both = below(&out);
    assert!(run.iter().all(|(name, bytes)| both.get(name) == Some(bytes)));
    assert!(both.contains_key("plan.sha256") && both.contains_key("report.sha256"));
    assert!(!written(&["run", path(&file)], &out).contains("note:"));
    assert!(below(&out) == both);
}

#[test]
fn a_file_of_somebody_else_in_the_way_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (scenario(folder.path(), "more"), folder.path().join("report"));
    fs::create_dir(&out).unwrap();
    fs::write(out.join("result.json"), "measured by hand").unwrap();
    let (code, _, err) = said(&["run", path(&file), "--out", path(&out)]);
    assert!(code == 74 && err.contains("result.json") && err.contains("name another folder"), "{code} {err}");
    assert_eq!(below(&out).len(), 1);
    fs::remove_file(out.join("result.json")).unwrap();
    written(&["run", path(&file)], &out);
}

/// A list may come from a stranger: it names nothing outside, and nothing over a link.
#[cfg(unix)]
#[test]
fn a_list_that_was_made_to_delete_deletes_nothing_outside() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (scenario(folder.path(), "more"), folder.path().join("report"));
    let away = folder.path().join("away");
    fs::create_dir_all(&out).unwrap();
    fs::create_dir(&away).unwrap();
    fs::write(away.join("data"), "").unwrap();
    for mine in ["notes.md", "main.ron"] {
        fs::write(out.join(mine), "").unwrap();
    }
    std::os::unix::fs::symlink(&away, out.join("inner")).unwrap();
    std::os::unix::fs::symlink(away.join("data"), out.join("link")).unwrap();
    // Of nothing at all.
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let outside = away.join("data");
    let names =
        ["../away/data", path(&outside), "inner/data", "link", "./../away/data", "", "notes.md", "main.ron"];
    let list: String = names.iter().map(|name| format!("{hash}  {name}\n")).collect();
    for list_name in ["report.sha256", ".drsim-report.list"] {
        fs::write(out.join(list_name), &list).unwrap();
    }
    written(&["run", path(&file)], &out);
    let stays = [away.join("data"), out.join("link"), out.join("notes.md"), out.join("main.ron")];
    assert!(stays.iter().all(|path| path.exists()), "{stays:?}");
}

#[test]
fn the_list_is_read_by_the_program_everybody_has() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (scenario(folder.path(), "more"), folder.path().join("report"));
    written(&["run", path(&file)], &out);
    let checked = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "report.sha256"])
        .current_dir(&out)
        .output();
    match checked {
        Ok(checked) => assert!(checked.status.success(), "{checked:?}"),
        Err(_) => eprintln!("skipped: there is no sha256sum"),
    }
    let lines = fs::read_to_string(out.join("report.sha256")).unwrap().lines().count();
    assert_eq!(lines, below(&out).len() - 1);
}

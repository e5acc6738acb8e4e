//! `drsim import inventory` and `drsim import topology`: exit codes, whole files or none; and from exports to a run with measured churn.

use clap::Parser;
use drsim::assess::{Options, assess};
use drsim::cli::files::Disk;
use drsim::cli::import::{ImportArgs, run_to};
use drsim::scenario::Scenario;

#[derive(clap::Parser)]
struct Command {
    #[command(flatten)]
    import: ImportArgs,
}

/// Exit code, standard output and standard error of `drsim import …`.
fn command(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let command = Command::try_parse_from(["import"].iter().chain(args)).unwrap();
    let code = run_to(command.import, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

const AZURE: &str = "Server name,Cores,Memory (MB),Disk 1 size (GB)\nweb,2,4096,40\n";
const WAN: &str = r#"{"nodes": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
    "links": [{"source": "a", "target": "b", "length": 100}, {"source": "c", "target": "c", "length": 1}]}"#;

#[test]
fn an_inventory_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("a.csv"), AZURE).unwrap();
    let (input, output) = (path("a.csv"), path("dr.ron"));
    let (code, out, err) = command(&["inventory", &input, "-o", &output, "--daily-change", "10 %"]);
    assert_eq!((code, err), (0, format!("wrote {output}\nnext: drsim check {output}\n")));
    assert!(
        out.contains("Each day 10 % of what is used is written") && out.contains("1 machine (azure-migrate)"),
        "{out}"
    );
    let written = std::fs::read(&output).unwrap();
    // 40 GiB × 10 % ÷ 86,400 s
    assert!(String::from_utf8_lossy(&written).contains("churn: \"49.710 KB/s\""));

    let (code, out, err) = command(&["inventory", &input, "-o", &output]);
    assert_eq!((code, out.as_str(), err.contains("somebody may have worked on it")), (2, "", true), "{err}");
    assert_eq!(std::fs::read(&output).unwrap(), written);
    std::fs::write(path("a.csv"), AZURE.replace("4096", "much")).unwrap();
    let (code, out, err) = command(&["inventory", &input, "-o", &path("new.ron")]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.starts_with("error: ") && err.contains("a.csv:2: Memory (MB): `much` is not a number"),
        "{err}"
    );
    assert_eq!(command(&["inventory", &path("none.xlsx"), "-o", &path("new.ron")]).0, 2);
    std::fs::write(path("a.csv"), AZURE).unwrap();
    assert_eq!(command(&["inventory", &input, "-o", &path("a.csv/x.ron")]).0, 74);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing half written is left");
    // Its folders are made, as those of every output.
    assert_eq!(command(&["inventory", &input, "-o", &path("new/folder.ron")]).0, 0);
    assert!(std::path::Path::new(&path("new/folder.ron")).exists());
}

#[test]
fn a_topology_is_written_between_the_places_that_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("w.json"), WAN).unwrap();
    let run = |more: &[&str]| command(&[&["topology", &path("w.json"), "-o", &path("w.ron")], more].concat());
    for (more, expected) in [
        (["--main", "a", "--recovery", "d"], "there is no place `d`\n  help: choose one of: a, b, c"),
        (["--main", "a", "--recovery", "A"], "cannot be its own recovery site"),
        (["--main", "a", "--recovery", "c"], "no path leads from a to c"),
    ] {
        let (code, out, err) = run(&more);
        assert_eq!((code, out.as_str(), err.contains(expected)), (2, "", true), "{err}");
    }
    assert!(!folder.path().join("w.ron").exists());
    let (code, out, err) = run(&["--main", "b", "--recovery", "a", "--rate", "10 Mbps"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("From b to a: 100.00 km, 0.50 ms one way"), "{out}");
    let text = std::fs::read_to_string(path("w.ron")).unwrap();
    assert!(
        text.contains("(name: \"a - b\", from: \"a\", to: \"b\", rate: \"10 Mbps\", latency: \"500us\")"),
        "{text}"
    );
}

const HYPER_V: &str = r#"[
    {"Name": "sql", "ComputerName": "HV01", "State": 2, "ProcessorCount": 2, "MemoryStartup": 4294967296},
    {"Name": "web", "ComputerName": "HV01", "State": 2, "ProcessorCount": 2, "MemoryStartup": 4294967296},
    {"VMName": "sql", "Path": "C:\\ClusterStorage\\Volume1\\sql\\os.vhdx", "ControllerType": 1},
    {"VMName": "sql", "Path": "D:\\sql-data.vhdx", "ControllerType": 1},
    {"VMName": "web", "Path": "D:\\web.vhdx", "ControllerType": 1},
    {"Path": "C:\\ClusterStorage\\Volume1\\sql\\os.vhdx", "Size": 10737418240, "FileSize": 5368709120},
    {"Path": "D:\\sql-data.vhdx", "Size": 10737418240, "FileSize": 5368709120},
    {"Path": "D:\\web.vhdx", "Size": 10737418240, "FileSize": 8640000000}]"#;

/// An hour on each host; every byte that the counters saw is written in the run, by the machine whose disk it was.
#[test]
fn counters_and_an_inventory_become_a_run_that_writes_what_was_measured() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let zone = "(PDH-CSV 4.0) (UTC)(0)";
    let disk = |name: &str| format!("\\\\HV01\\Hyper-V Virtual Storage Device({name})\\Write Bytes/sec");
    let heads =
        ["--?-C:-ClusterStorage-Volume1-sql-os.vhdx", "--?-D:-sql-data.vhdx", "D:-gone.vhdx"].map(disk);
    let mut log = format!("\"{zone}\",\"{}\"\n", heads.join("\",\""));
    for minute in 1..=60 {
        log += &format!("\"11/24/2026 10:{minute:02}:00.000\",\"1000\",\"{}\",\"5\"\n", minute * 10)
            .replace("10:60:", "11:00:");
    }
    std::fs::write(path("hv01.csv"), log).unwrap();
    std::fs::write(path("hv.json"), HYPER_V).unwrap();
    let (series, output) = (path("hour.series"), path("dr.ron"));
    assert_eq!(command(&["churn", &path("hv01.csv"), "-o", &series]).0, 0);
    let (code, out, err) = command(&["inventory", &path("hv.json"), "-o", &output, "--churn", &series]);
    assert_eq!(code, 0, "{err}");
    for expected in [
        "Measured churn: 2 columns; machines that follow it: 1.",
        "that no machine here has: 1 (HV01/D:-gone).",
        "written, spread evenly, where none is",
    ] {
        assert!(out.contains(expected), "{expected}\n{out}");
    }
    let (scenario, _) =
        Scenario::parse(&Disk, &output).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert_eq!((scenario.start_unix_us, scenario.horizon.0), (1_795_514_400_000_000, 3_600_000_000));
    let (results, _) = assess(&scenario, &Options { threads: 1, progress: &|_| {} }).unwrap();
    let written: Vec<_> = results.vms.iter().map(|vm| (vm.name.as_str(), vm.written_bytes)).collect();
    // an hour of 1000 B/s, and 10 to 600 B/s for a minute each; 5 % of 8.64 GB a day
    assert_eq!(written, [("sql", 3_600_000 + 60 * 10 * (60 * 61 / 2)), ("web", 5000 * 3600)]);
    let broken = command(&["inventory", &path("hv.json"), "-o", &path("x.ron"), "--churn", &path("hv.json")]);
    assert!(broken.0 == 2 && broken.2.contains("give a series to --churn"), "{}", broken.2);
}

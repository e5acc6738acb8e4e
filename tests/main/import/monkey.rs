//! Cut or changed anywhere, no export makes an import panic: it is read, or refused with a reason.

use drsim::import::inventory::InventoryOptions;
use drsim::import::inventory::scenario::scenario;
use drsim::import::measured::Reading;
use drsim::import::wan;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::import::inventory::inventory;
use crate::import::workbook::{packed, parts, row};

fn fixtures() -> Vec<(&'static str, Vec<u8>)> {
    let info = row(1, &["VM", "Powerstate", "CPUs", "Memory", "In Use MB", "VM ID"])
        + &row(2, &["a", "poweredOn", "2", "4,096", "10", "vm-1"])
        + &row(3, &["b", "poweredOff", "!#N/A", "1", "1", "vm-2"]);
    let disk = row(1, &["VM", "Disk", "Capacity MB", "Disk Mode", "VM ID"])
        + &row(2, &["a", "d", "99", "x", "vm-1"]);
    vec![
        ("r.xlsx", packed(&parts(&[("vInfo", info), ("vDisk", disk)]))),
        ("vInfo.csv", b"VM,Powerstate,CPUs,Memory,Total disk capacity MiB\na,poweredOn,2,\"4,096\",100\nb,poweredOn,1,1,1\n".to_vec()),
        ("a.csv", b"*Server name,Cores,Memory (In MB),Disk 1 size (In GB),Disk 1 write throughput (MBps)\na,1,2,3,0.5\n".to_vec()),
        ("h.json", br#"[{"Name":"a","State":2,"ProcessorCount":1,"MemoryStartup":1073741824},{"VMName":"a","Path":"C:\\x\\y.vhdx","ControllerType":1},{"Path":"C:\\x\\y.vhdx","Size":9,"FileSize":5}]"#.to_vec()),
        ("n.json", br#"{"nodes":[{"id":"a","pos":[1,2]},{"id":"b","pos":[3,4.5]}],"edges":[{"source":"a","target":"b","dist":12.5}]}"#.to_vec()),
        ("g.xml", br#"<graphml><key id="d" attr.name="dist"/><graph><node id="a"/><node id="b"/><edge source="a" target="b"><data key="d">7</data></edge></graph></graphml>"#.to_vec()),
        ("z.gml", b"graph [ node [ id 0 label \"a\" ] node [ id 1 Longitude 2.5 Latitude 1 ] edge [ source 0 target 1 LinkSpeed \"8\" LinkSpeedUnits \"M\" ] ]".to_vec()),
        ("s.txt", b"?SNDlib native format; type: network; version: 1.0\nMETA ( unit = MBITPERSEC )\nNODES ( a ( 1 2 ) b ( 3 4 ) )\nLINKS ( l ( a b ) 40 0 0 0 ( 1 2 ) )\n".to_vec()),
        ("m.json", br#"[{"Name":"a","MonitoringEndTime":"\/Date(1772485200000)\/","AvgReplSize":5,"AvgLatency":{"TotalSeconds":4.5},"MaxLatency":"00:00:41","MissedReplCount":1}]"#.to_vec()),
        ("m.csv", b"Name,AvgReplSize,AvgLatency,MonitoringEndTime\na,5,00:00:41,2026-03-02T09:00:00Z\n".to_vec()),
        ("s.xml", br#"<network><networkStructure><nodes><node id="a"/><node id="b"/></nodes><links><link id="l"><source>a</source><target>b</target></link></links></networkStructure></network>"#.to_vec()),
    ]
}

/// Any byte, and often one that means something.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![any::<u8>(), prop::sample::select(b"0123456789-.,;\"e{}[]<>/\n".to_vec())]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 5000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(131),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_change_of_a_file_makes_an_import_panic(
        which in 0..11_usize,
        cut in prop::option::weighted(0.3, any::<prop::sample::Index>()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), byte(), 0..3_u8), 0..6),
    ) {
        let (name, mut bytes) = fixtures().swap_remove(which);
        for (place, byte, how) in changes {
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let options = InventoryOptions { powered_off: true, ..InventoryOptions::default() };
        match inventory(&[(name, &bytes)], &options) {
            Ok(inventory) => prop_assert!(scenario(&inventory, &options, name).text.contains("schema: 1")),
            Err(faults) => prop_assert!(!faults.to_string().is_empty()),
        }
        let mut measured = Reading::default();
        if let Err(faults) = measured.file(name, bytes.as_slice(), None) {
            prop_assert!(!faults.to_string().is_empty());
        }
        match wan::import(name, bytes.as_slice(), None) {
            Ok(wan) => prop_assert!(!wan.links.is_empty() && wan.extent().between.0 < wan.nodes.len()),
            Err(faults) => prop_assert!(!faults.to_string().is_empty()),
        }
    }

    /// The same inside a workbook: its parts are changed, then packed anew, so that the archive is whole.
    #[test]
    fn no_change_inside_a_workbook_makes_an_import_panic(
        part in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), byte(), 0..3_u8), 1..6),
    ) {
        let info = row(1, &["VM", "Powerstate", "CPUs", "Memory", "In Use MB", "Total disk capacity MiB"])
            + &row(2, &["a", "poweredOn", "2", "4096", "10", "100"]);
        let mut all = parts(&[("vInfo", info)]);
        let part = part.index(all.len());
        for (place, byte, how) in changes {
            let bytes = &mut all[part].1;
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        let read = inventory(&[("r.xlsx", &packed(&all))], &InventoryOptions::default());
        prop_assert!(read.is_ok_and(|read| !read.machines.is_empty()) || part < all.len());
    }
}

//! One network in every format is one network, and a rate that is not understood is told.

use std::fmt::Write;

use drsim::import::wan::{Wan, import};
use drsim::units::Rate;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::shared::case;

fn read(text: &str) -> Wan {
    import("network", text.as_bytes(), None).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

fn refused(text: &str) -> String {
    import("network", text.as_bytes(), None).expect_err("it makes no sense").to_string()
}

#[test]
fn a_speed_with_its_unit_apart_is_the_rate() {
    for name in ["hib.graphml", "hib2.graphml", "renam.gml"] {
        let Some(path) = case(&format!("import/12-topology-zoo/{name}")) else { return };
        let wan = read(&std::fs::read_to_string(path).unwrap());
        assert_eq!(wan.links[0].rate, Some(Rate(1_000_000)), "{name}: 8 Mbps");
        if name != "renam.gml" {
            assert_eq!(wan.links[1].rate, Some(Rate(19_375_000)), "{name}: 155 Mbps");
            assert!(wan.nodes.contains(&"Cahul".to_owned()), "{name}");
        }
        assert!(wan.dropped.is_empty(), "{name}: {:?}", wan.dropped);
    }
}

#[test]
fn a_network_of_sndlib_is_the_same_in_both_its_formats() {
    let (Some(native), Some(xml)) =
        (case("import/12-topology-zoo/sndlib.txt"), case("import/12-topology-zoo/sndlib.xml"))
    else {
        return;
    };
    let [native, xml] = [native, xml].map(|path| read(&std::fs::read_to_string(path).unwrap()));
    assert_eq!((&native.nodes, &native.links), (&xml.nodes, &xml.links));
    assert_eq!(native.nodes, ["Berlin", "Hamburg"]);
    // great circle of 13.40 52.52 and 9.99 53.55
    assert!(native.links[0].metres.is_some_and(|metres| (250_000..260_000).contains(&metres)), "{native:?}");
    assert_eq!(native.links[0].rate, None);
    // 40 may be installed, in a unit that the file does not name: told, and no rate
    assert!(native.dropped[0].contains("may be installed are no rate"), "{:?}", native.dropped);
}

/// Places in thousandths of a degree; links with their rates in kbit/s.
#[derive(Clone, Debug)]
struct Graph {
    places: Vec<(i32, i32)>,
    links: Vec<(usize, usize, u32)>,
}

fn graph() -> impl Strategy<Value = Graph> {
    prop::collection::vec((-180_000..180_000_i32, -90_000..90_000_i32), 2..9).prop_flat_map(|places| {
        let count = places.len();
        let links = prop::collection::vec((0..count, 1..count, 8..1_000_000_u32), 1..12);
        let links = links.prop_map(move |links| {
            let away = |(from, step, rate): (usize, usize, u32)| (from, (from + step) % count, rate);
            links.into_iter().map(away).collect()
        });
        links.prop_map(move |links| Graph { places: places.clone(), links })
    })
}

fn degrees(milli: i32) -> String {
    format!("{}{}.{:03}", if milli < 0 { "-" } else { "" }, milli.abs() / 1000, milli.abs() % 1000)
}

impl Graph {
    fn lines(
        &self,
        place: impl Fn(usize, &str, &str) -> String,
        link: impl Fn(usize, usize, u32) -> String,
    ) -> [String; 2] {
        let (mut places, mut links) = (String::new(), String::new());
        for (at, (lon, lat)) in self.places.iter().enumerate() {
            let _ = writeln!(places, "{}", place(at, &degrees(*lon), &degrees(*lat)));
        }
        for (from, to, rate) in &self.links {
            let _ = writeln!(links, "{}", link(*from, *to, *rate));
        }
        [places, links]
    }

    /// The same network in each format.
    fn written(&self) -> Vec<(&'static str, String)> {
        let [nodes, links] = self.lines(
            |at, lon, lat| format!(r#"<node id="{at}"><data key="label">p{at}</data><data key="Longitude">{lon}</data><data key="Latitude">{lat}</data></node>"#),
            |from, to, rate| format!(r#"<edge source="{from}" target="{to}"><data key="LinkSpeed">{rate}</data><data key="LinkSpeedUnits">K</data></edge>"#),
        );
        let graphml =
            format!("<graphml><graph edgedefault=\"undirected\">\n{nodes}{links}</graph></graphml>");
        let [nodes, links] = self.lines(
            |at, lon, lat| format!("  node [\n    id {at}\n    label \"p{at}\"\n    graphics [ x 1 y 2 ]\n    Longitude {lon} Latitude {lat}\n  ]"),
            |from, to, rate| format!("  edge [ source {from} target {to} LinkSpeedRaw {rate}000.0 LinkSpeed \"{rate}\" LinkSpeedUnits \"k\" ]"),
        );
        let gml = format!("# a comment\nCreator \"nobody [ \"\ngraph [\n  Network \"n\"\n{nodes}{links}]\n");
        let [nodes, links] = self.lines(
            |at, lon, lat| format!(r#"{{"id": {at}, "name": "p{at}", "pos": [{lon}, {lat}]}},"#),
            |from, to, rate| format!(r#"{{"source": {from}, "target": {to}, "bandwidth": "{rate} kbps"}},"#),
        );
        let list = |text: &str| text.trim_end().trim_end_matches(',').to_owned();
        let json = format!("{{\"nodes\": [{}], \"edges\": [{}]}}", list(&nodes), list(&links));
        let [nodes, links] = self.lines(
            |at, lon, lat| format!("  p{at} ( {lon} {lat} )"),
            |from, to, rate| format!("  L ( p{from} p{to} ) {rate} 0.00 0.00 0.00 ( 40.00 1.00 )"),
        );
        let native = format!(
            "?SNDlib native format; type: network; version: 1.0\n# network x\nMETA (\n  granularity = 5min\n  unit = KBITPERSEC\n)\nNODES (\n{nodes})\nLINKS (\n{links})\nDEMANDS (\n  D ( p0 p1 ) 1 2.00 UNLIMITED\n)\n"
        );
        let [nodes, links] = self.lines(
            |at, lon, lat| format!(r#"<node id="p{at}"><coordinates><x>{lon}</x><y>{lat}</y></coordinates></node>"#),
            |from, to, rate| format!(r#"<link id="L"><source>p{from}</source><target>p{to}</target><preInstalledModule><capacity>{rate}</capacity><cost>0</cost></preInstalledModule></link>"#),
        );
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<network xmlns=\"http://sndlib.zib.de/network\"><meta><unit>KBITPERSEC</unit></meta><networkStructure><nodes coordinatesType=\"geographical\">\n{nodes}</nodes><links>\n{links}</links></networkStructure></network>"
        );
        vec![("graphml", graphml), ("gml", gml), ("node-link", json), ("sndlib", native), ("sndlib-xml", xml)]
    }
}

#[test]
fn a_network_is_read_alike_from_every_format() {
    let config = ProptestConfig {
        cases: 60,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(12),
        ..ProptestConfig::default()
    };
    proptest!(config, |(graph in graph())| {
        for (format, text) in graph.written() {
            let wan = read(&text);
            prop_assert_eq!(wan.source, format);
            let names: Vec<String> = (0..graph.places.len()).map(|at| format!("p{at}")).collect();
            prop_assert_eq!(&wan.nodes, &names, "{}", format);
            let links: Vec<_> = wan.links.iter().map(|it| (it.ends[0], it.ends[1], it.rate)).collect();
            let rate = |kbit: u32| Some(Rate(u64::from(kbit) * 125));
            let wanted: Vec<_> = graph.links.iter().map(|(from, to, kbit)| (*from, *to, rate(*kbit))).collect();
            prop_assert_eq!(links, wanted, "{}", format);
            let metres = |wan: &Wan| wan.links.iter().map(|link| link.metres).collect::<Vec<_>>();
            prop_assert_eq!(metres(&wan), metres(&read(&graph.written()[0].1)), "{}", format);
            prop_assert!(wan.dropped.iter().all(|told| !told.contains("Rates")), "{:?}", wan.dropped);
        }
    });
}

#[test]
fn a_rate_that_is_not_understood_is_told_with_its_line() {
    let gml = |attributes: &str| {
        read(&format!("graph [\nnode [ id 0 ] node [ id 1 ]\nedge [ source 0 target 1 {attributes} ]\n]"))
    };
    for (attributes, why) in [
        ("LinkSpeed \"8\"", "LinkSpeed `8` has no unit"),
        ("LinkSpeed \"8\" LinkSpeedUnits \"furlongs\"", "`furlongs` is no unit of a rate"),
        ("LinkSpeed \"8\" LinkSpeedUnits \"mbps\"", "`mbps` is no unit of a rate"),
        ("LinkSpeed \"8,5\" LinkSpeedUnits \"M\"", "LinkSpeed `8,5` is no number"),
        (
            "LinkSpeed \"8\" LinkSpeedUnits \"G\" LinkSpeedRaw 8000000.0",
            "LinkSpeedRaw says 8 Mbps, LinkSpeed 8 Gbps",
        ),
        ("LinkLabel \"10 Gbps and more\"", "`Gbps and more` is no unit"),
        ("bandwidth 100", "bandwidth `100` has no unit"),
    ] {
        let wan = gml(attributes);
        assert_eq!(wan.links[0].rate, None, "{attributes}");
        let told = &wan.dropped[0];
        assert!(
            told.starts_with("Rates that are not understood: 1; the first in line 3:") && told.contains(why),
            "{told}"
        );
    }
    assert!(gml("LinkLabel \"Fibre\"").dropped.is_empty());
}

#[test]
fn files_that_are_cut_or_out_of_all_bounds_are_refused_with_their_line() {
    let deep = format!("graph [\n{}", "a [ ".repeat(100_000));
    let wide = format!("graph [\nnode [ id 0 {} ] ]", "a 1 ".repeat(1001));
    let head = "?SNDlib native format; type: network; version: 1.0\n";
    for (text, expected) in [
        ("graph [\nnode [ id 0 ]\n".to_owned(), "network:3: the GML cannot be read: its graph does not end"),
        (
            "graph [\nnode [ id \"0\n".to_owned(),
            "network:2: the GML cannot be read: a quoted text does not end",
        ),
        ("graph [\nnode [ id ]\n]".to_owned(), "`id` has no value"),
        ("graph [\nnode [ 7 ]\n]".to_owned(), "`7` stands where a key is due"),
        ("graph [\nnode [ label \"x\" ]\n]".to_owned(), "network:2: a place has no id"),
        ("graph [\nnode [ id 1 ]\nedge [ source 1 ]\n]".to_owned(), "network:3: the link has no target"),
        (deep, "more than 64 lists within each other"),
        (wide, "more than 1000 attributes"),
        (format!("{head}NODES (\n a ( 1 2 )\n"), "network:4: the network cannot be read: it ends early"),
        (format!("{head}NODES (\n a ( 1 )\n)"), "`)` stands where a name or a number is due"),
        (format!("{head}NODES (\n)\n"), "there is no section `LINKS`"),
        (
            r#"{"nodes": [{"id": 0}, {"id": 1}], "links": [{"source": 0, "target": 1, "length": "1.200"}]}"#
                .to_owned(),
            "its length `1.200` is a text that can be read in two ways",
        ),
        ("<network></network>".to_owned(), "there is no element `networkStructure`"),
        ("<other/>".to_owned(), "this is neither node-link JSON"),
        ("graph paper".to_owned(), "this is neither node-link JSON"),
    ] {
        let told = refused(&text);
        assert!(told.contains(expected) && told.contains("help:"), "{expected}:\n{told}");
    }
}

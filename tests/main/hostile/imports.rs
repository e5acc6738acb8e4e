//! Files that lie about their size, or whose reading grows with the square of it.

use crate::hostile::{drsim, temporary};
use crate::shared::case;

/// Four thousand million texts in a few hundred bytes: 100 GB would be asked for.
#[test]
fn a_workbook_that_promises_more_texts_than_it_has_bytes_is_refused() {
    let Some(path) = case("hostile/shared-strings.xlsx") else { return };
    let folder = temporary();
    let out = folder.path().join("out.ron");
    let (code, _, told) =
        drsim(&["import", "inventory", path.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!((code, out.exists()), (2, false), "{told}");
    assert!(told.contains("says it has 4294967296 texts, in 1"), "{told}");
}

/// As `attrs.py` writes it, with a quote in a comment before it, which hides nothing.
#[test]
fn an_element_with_very_many_attributes_is_refused_at_once() {
    let attributes: Vec<String> = (0..300_000).map(|index| format!("a{index}=\"x\"")).collect();
    let text = format!("<!-- don't -->\n<graphml><graph><node {}/></graph></graphml>", attributes.join(" "));
    let folder = temporary();
    let (file, out) = (folder.path().join("attrs.graphml"), folder.path().join("out.ron"));
    std::fs::write(&file, text).unwrap();
    let (code, _, told) = drsim(&["import", "topology", file.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!((code, out.exists()), (2, false), "{told}");
    assert!(told.contains("attrs.graphml:2:") && told.contains("more than 1000 attributes"), "{told}");
}

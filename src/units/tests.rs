use super::*;

#[test]
fn bits_and_bytes_decimal_and_binary_stay_apart() {
    assert_eq!(Rate::parse("200 Mbps"), Ok(Rate(25_000_000)));
    assert_eq!(Rate::parse("25 MB/s"), Ok(Rate(25_000_000)));
    assert_eq!(Rate::parse("1 MiB/s"), Ok(Rate(1_048_576)));
    assert_eq!(Bytes::parse("2 TB"), Ok(Bytes(2_000_000_000_000)));
    assert_eq!(Bytes::parse("2TiB"), Ok(Bytes(2_199_023_255_552)));
    assert_eq!(Bytes::parse("1.5 KB"), Ok(Bytes(1500)));
}

#[test]
fn a_bare_number_or_a_wrong_unit_is_refused_with_a_remedy() {
    for text in ["200", "200 Mb", "200 mB", "-3 GB", "GB", "1..5 GB", "99999999999999999999 GB"] {
        assert!(Bytes::parse(text).is_err(), "{text}");
    }
    for text in ["200", "200 MB", "200 M", "200 mbps"] {
        assert!(Rate::parse(text).is_err(), "{text}");
    }
    assert!(Rate::parse("200").unwrap_err().remedy.texts().contains(&"200 MB/s"));
    for text in ["5", "5 parsecs", "-5m", "1mo", "1y", ""] {
        assert!(Span::parse(text).is_err(), "{text}");
    }
}

#[test]
fn durations_read_and_print() {
    assert_eq!(Span::parse("1h30m"), Ok(Span::seconds(5400)));
    assert_eq!(Span::parse("2 days"), Ok(Span::seconds(172_800)));
    assert_eq!(Span::parse("1w"), Ok(Span::seconds(604_800)));
    assert_eq!(Span::parse("250ms"), Ok(Span(250_000)));
    assert_eq!(Span::seconds(5400).to_string(), "1h 30m");
    assert_eq!(Span(4_250_000).to_string(), "4.250s");
    assert_eq!(Bytes(1_500_000_000).to_string(), "1.50 GB");
    assert_eq!(Rate(25_000_000).to_string(), "200 Mbps");
}

#[test]
fn shares_read() {
    assert_eq!(Ratio::parse("95 %"), Ok(Ratio(950_000)));
    assert_eq!(Ratio::parse("0.7"), Ok(Ratio(700_000)));
    assert!(Ratio::parse("5 GB").is_err());
}

#[test]
fn rates_may_be_per_minute_hour_or_day() {
    assert_eq!(Rate::parse("20 GB/day"), Ok(Rate(231_481)));
    assert_eq!(Rate::parse("20 GB per day"), Ok(Rate(231_481)));
    assert_eq!(Rate::parse("330 MB/h"), Ok(Rate(91_666)));
    assert_eq!(Rate::parse("8 Gbit/h"), Ok(Rate(277_777)));
    assert_eq!(Rate::parse("6 GB/min"), Ok(Rate(100_000_000)));
    assert_eq!(Rate::parse("200 Mb/s"), Rate::parse("200 Mbps"));
}

/// What the remedy of a refused text writes instead.
fn remedies<T>(refused: Result<T, UnitError>) -> Vec<String> {
    let Err(error) = refused else { panic!("it is read") };
    error.remedy.texts().into_iter().map(str::to_owned).collect()
}

/// Each text with the values that its remedy offers, in bytes or bytes a second.
#[test]
fn a_remedy_of_a_quantity_can_be_read_and_keeps_its_meaning() {
    let rates: [(&str, &[u64]); 14] = [
        ("1,5 Mbps", &[187_500]),
        ("1,500 Mbps", &[187_500_000, 187_500]),
        ("1,234,567 kbps", &[154_320_875]),
        ("1,234.5 Mbps", &[154_312_500]),
        ("10 GbE", &[1_250_000_000]),
        ("100 KBps", &[100_000]),
        ("100 MBps", &[100_000_000]),
        ("200 mbps", &[25_000_000]),
        ("200 Mbit", &[25_000_000]),
        ("1 Gig", &[125_000_000, 1_000_000_000]),
        ("200 M", &[25_000_000, 200_000_000]),
        ("200", &[25_000_000, 200_000_000]),
        ("72 GB", &[72_000_000_000, 20_000_000, 833_333]),
        ("1 bps", &[]),
    ];
    for (text, values) in rates {
        let offered: Vec<u64> =
            remedies(Rate::parse(text)).iter().map(|it| Rate::parse(it).unwrap().0).collect();
        assert_eq!(offered, values, "{text}");
    }
    let sizes: [(&str, &[u64]); 7] = [
        ("1,5 TB", &[1_500_000_000_000]),
        ("1.024,5 GB", &[]),
        ("200 mb", &[200_000_000]),
        ("200 Mb", &[200_000_000, 25_000_000]),
        ("2 tb", &[2_000_000_000_000]),
        ("16 G", &[16_000_000_000, 17_179_869_184]),
        ("16", &[16_000_000_000, 17_179_869_184]),
    ];
    for (text, values) in sizes {
        let offered: Vec<u64> =
            remedies(Bytes::parse(text)).iter().map(|it| Bytes::parse(it).unwrap().0).collect();
        assert_eq!(offered, values, "{text}");
    }
}

#[test]
fn an_exact_rate_has_all_its_digits() {
    for (bytes, said) in [
        (2_632_292, "21.058336 Mbps"),
        (9_050_000, "72.4 Mbps"),
        (1_000_000, "8 Mbps"),
        (125_000_000, "1 Gbps"),
        (1, "8 bps"),
        (126, "1.008 kbps"),
        (0, "0 bps"),
    ] {
        assert_eq!(Rate(bytes).exact(), said);
    }
}

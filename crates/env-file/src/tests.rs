use super::*;

fn read_one(line: &str) -> Option<String> {
    let variables = parse(".env", line.as_bytes()).ok()?;
    variables.get("KEY").map(|found| found.value.clone())
}

/// Lines that other dotenv libraries read, too. The value is `value` each time.
#[test]
fn every_usual_form_of_a_line_is_read() {
    for line in [
        "KEY=value",
        "KEY=value\n",
        "KEY=value\r\n",
        "\u{feff}KEY=value\r\n",
        "\u{feff}# a comment\r\nKEY=value\r\n",
        "export KEY=value",
        "export   KEY = value",
        "KEY = value",
        "KEY= value",
        "KEY =value",
        "\tKEY\t=\tvalue",
        "    KEY=value",
        "KEY=value   ",
        "KEY=value \t\r\n",
        "KEY='value'",
        "KEY=\"value\"",
        "KEY='value'\r\n",
        "KEY=\"value\"\r\n",
        "KEY=\"value\" \r\n",
        "KEY=value # note",
        "KEY=value # Alice's note",
        "KEY=value   # note",
        "KEY=value\t# note\r\n",
        "KEY='value' # note",
        "KEY=\"value\" # note, \"quoted\"\r\n",
        "# it's a comment\nKEY=value",
        "  # KEY=other\n\n\nKEY=value\n# 'end",
        "KEY=value # costs $5",
    ] {
        assert_eq!(read_one(line).as_deref(), Some("value"), "{line:?}");
    }
}

#[test]
fn a_value_is_what_stands_there() {
    for (line, value) in [
        ("KEY=", ""),
        ("KEY=   ", ""),
        ("KEY=\r\n", ""),
        ("KEY=''", ""),
        ("KEY=\"\"", ""),
        ("KEY= # note", ""),
        ("KEY=a#b", "a#b"),
        ("KEY='a # b'", "a # b"),
        ("KEY=\"a # b\"", "a # b"),
        ("KEY='$HOME \"x\" \\n'", "$HOME \"x\" \\n"),
        ("KEY=\"\\$5 \\\"x\\\"\"", "$5 \"x\""),
        ("KEY=a=b==", "a=b=="),
        (
            "KEY=sqlite://data/s.db?mode=rwc",
            "sqlite://data/s.db?mode=rwc",
        ),
        ("KEY='パスワード ü'", "パスワード ü"),
    ] {
        assert_eq!(read_one(line).as_deref(), Some(value), "{line:?}");
    }
}

#[test]
fn a_line_that_is_not_valid_is_named_by_its_number_and_not_shown() {
    for (text, line, problem) in [
        ("KEY=hush hush", 1, "is not valid"),
        ("# note\n\nhush-hush", 3, "is not valid"),
        ("A=1\r\nB-C=hush\r\nD=2", 2, "is not valid"),
        ("A=1\n\n  # x\nKEY: hush", 4, "is not valid"),
        ("KEY=hu\\sh", 1, "is not valid"),
        ("2KEY=hush", 1, "is not valid"),
        ("export KEY", 1, "is not valid"),
        ("=hush", 1, "is not valid"),
        ("A=1\nKEY='hush", 2, "is not valid"),
        ("A=1\nKEY='hush\nB=2\nC=3", 2, "not closed"),
        ("A=1\nKEY=it's hush\nB=isn't", 2, "not closed"),
        ("A=1\nKEY=\"hush\nB=x\"", 2, "not closed"),
        // `dotenvy` would leave B out without a word.
        ("A=1\nKEY=hush  # it's\nB=2 # isn't", 2, "not closed"),
        ("KEY=\"hush\\nhush\"", 1, "control character"),
        ("KEY=hu\u{0}sh", 1, "control character"),
        ("A=1\nKEY=hu$sh", 2, "$ outside single quotes"),
        ("KEY=\"hush${HOME}\"", 1, "$ outside single quotes"),
        ("KEY=hush\nA=1\nKEY=other", 3, "again"),
    ] {
        let errors = parse(".env", text.as_bytes()).unwrap_err();
        assert_eq!(errors.len(), 1, "{text:?}: {errors:?}");
        let error = &errors[0];
        assert_eq!(error.place, format!(".env, line {line},"), "{text:?}");
        assert!(error.problem.contains(problem), "{text:?}: {error}");
        assert!(!error.to_string().contains("hush"), "{text:?}: {error}");
    }
}

#[test]
fn a_variable_has_the_line_it_is_set_in() {
    let variables = parse(".env", b"# note\nA=1\n\n\nB='2'\n").unwrap();
    let lines: Vec<_> = variables.values().map(|found| found.line).collect();
    assert_eq!(lines, [2, 5]);
}

#[test]
fn every_bad_line_is_named_at_once() {
    let errors = parse(".env", b"A B\nC=1\nD=x y\nE=$F").unwrap_err();
    let places: Vec<_> = errors.iter().map(|error| error.place.as_str()).collect();
    assert_eq!(places, [".env, line 1,", ".env, line 3,", ".env, line 4,"]);
}

#[test]
fn a_file_that_is_not_utf_8_is_refused_with_what_to_do() {
    let utf_16: Vec<u8> = "\u{feff}KEY=value"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (content, line) in [(&utf_16[..], 1), (b"A=1\nKEY=caf\xe9\n", 2)] {
        let errors = parse(".env", content).unwrap_err();
        assert_eq!(errors[0].place, format!(".env, line {line},"));
        assert!(errors[0].example.contains("UTF-8"), "{}", errors[0]);
    }
}

#[test]
fn a_file_that_is_named_must_exist_and_an_empty_name_is_none() {
    assert_eq!(load(Some("")), Ok(None));
    let errors = load(Some("/no-such-folder/all.env")).unwrap_err();
    assert_eq!(errors[0].place, "/no-such-folder/all.env");
    assert!(
        errors[0].problem.starts_with("cannot be read"),
        "{}",
        errors[0]
    );
}

/// The file people start from, as it is and with every line switched on.
#[test]
fn the_committed_example_can_be_read() {
    let text = include_str!("../../../.env.example");
    assert_eq!(parse(".env.example", text.as_bytes()), Ok(Variables::new()));
    let switched_on: Vec<_> = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => rest,
            _ => line,
        })
        .collect();
    let variables = parse(".env.example", switched_on.join("\n").as_bytes()).unwrap();
    assert!(variables.contains_key("LOGTO_ENDPOINT"), "{variables:?}");
    assert!(variables.contains_key("E2E_PASSWORD"), "{variables:?}");
}

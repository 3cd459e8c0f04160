//! The development identity provider as a program: `cargo run -p dev-idp -- --app http://localhost:6000`.

use std::{error::Error, fs, io, net::SocketAddr, process::ExitCode};

use dev_idp::{Fixture, Options, Provider, start};

const HELP: &str = "\
A development identity provider that answers as Logto does. Never for production.

Usage: dev-idp [--addr ADDRESS] [--app URL]... [--fixture FILE]

  --addr ADDRESS  where to listen (default: 127.0.0.1:3011)
  --app URL       base URL of an application: URL/callback becomes a redirect URI, and URL/ is allowed after sign-out;
                  http://localhost:3000 is registered already
  --fixture FILE  applications, APIs, organizations and people, instead of the built-in ones (fixture.toml is the model)

It prints the settings of the application and the accounts. The output is valid shell:

  dev-idp --app http://localhost:6000 | tee dev-idp.env
  set -a; . ./dev-idp.env     in the terminal of the application
";

/// The arguments of the command line.
#[derive(Debug)]
struct Arguments {
    addr: SocketAddr,
    apps: Vec<String>,
    fixture: Fixture,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let ended = Arguments::parse(arguments).and_then(serve);
    let Err(error) = ended else {
        return ExitCode::SUCCESS;
    };
    eprintln!("{error}");
    ExitCode::FAILURE
}

impl Arguments {
    fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut read = Self {
            addr: ([127, 0, 0, 1], 3011).into(),
            apps: Vec::new(),
            fixture: Fixture::default(),
        };
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            if !["--addr", "--app", "--fixture"].contains(&name.as_str()) {
                return Err(format!("{name} is no option; --help lists them").into());
            }
            let Some(value) = arguments.next() else {
                return Err(format!("{name} needs a value; --help has an example").into());
            };
            let wrong = |error: &dyn Error| format!("{name} {value}: {error}");
            match name.as_str() {
                "--addr" => read.addr = value.parse().map_err(|error| wrong(&error))?,
                "--app" => read.apps.push(value),
                _ => {
                    let text = fs::read_to_string(&value).map_err(|error| wrong(&error))?;
                    read.fixture = Fixture::parse(&text).map_err(|error| wrong(&error))?;
                }
            }
        }
        let Some(application) = read.fixture.applications.first_mut() else {
            return Err(
                "the fixture has no application; fixture.toml shows how one is written".into(),
            );
        };
        for base_url in &read.apps {
            application.add_base_url(base_url)?;
        }
        Ok(read)
    }
}

fn serve(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let provider = start(Options {
            addr: arguments.addr,
            fixture: arguments.fixture,
            ..Options::default()
        })
        .await?;
        describe(&provider, arguments.apps.last(), &mut io::stdout())?;
        std::future::pending().await
    })
}

/// Settings as lines of shell, the rest as comments.
fn describe(
    provider: &Provider,
    base_url: Option<&String>,
    out: &mut impl io::Write,
) -> io::Result<()> {
    for (name, value) in provider.settings() {
        writeln!(out, "{name}={}", quoted(&value))?;
    }
    if let Some(base_url) = base_url {
        writeln!(out, "APP_BASE_URL={}", quoted(base_url))?;
    }
    let fixture = provider.fixture();
    writeln!(out, "# Accounts (user name / password):")?;
    for account in fixture.accounts() {
        let (username, password) = (one_line(&account.username), one_line(&account.password));
        writeln!(
            out,
            "#   {username} / {password}  {}",
            one_line(&account.about)
        )?;
    }
    if let (Some(account), Some(api)) = (fixture.accounts().first(), fixture.resources.first()) {
        writeln!(out, "# An access token, to call an API with:")?;
        writeln!(
            out,
            "#   curl -d person={} -d resource={} {}controls/access-token",
            one_line(&account.username),
            one_line(&api.indicator),
            provider.endpoint()
        )?;
    }
    out.flush()
}

/// A value as the shell reads it back, whatever it holds.
fn quoted(value: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.:/[]".contains(letter);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Text that ends no comment.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Arguments, String> {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned());
        Arguments::parse(arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn an_application_is_registered_by_its_base_url() {
        let read = parse(&["--app", "http://localhost:6000", "--addr", "[::1]:7000"]).unwrap();
        let application = &read.fixture.applications[0];
        let added = (
            application.redirect_uris.last().unwrap().as_str(),
            application
                .post_logout_redirect_uris
                .last()
                .unwrap()
                .as_str(),
        );
        assert_eq!(
            added,
            ("http://localhost:6000/callback", "http://localhost:6000/")
        );
        assert_eq!(read.addr.to_string(), "[::1]:7000");
    }

    #[test]
    fn what_is_wrong_with_an_option_is_said() {
        for (arguments, said) in [
            (&["--port", "1"][..], "--port is no option"),
            (&["--addr"], "--addr needs a value"),
            (&["--addr", "here"], "--addr here: invalid socket address"),
            (&["--app", "localhost"], "\"localhost\" is no base URL"),
            (&["--app", "http://localhost/app"], "is no base URL"),
            (&["--fixture", "no-such-file"], "--fixture no-such-file: "),
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }

    #[tokio::test]
    async fn the_output_is_shell_with_settings_accounts_and_a_command() {
        let mut fixture = Fixture::default();
        let secret = "it's $HOME";
        fixture.applications[0].secret = Some(secret.into());
        let options = Options {
            fixture,
            ..Options::default()
        };
        let provider = start(options).await.unwrap();
        let mut out = Vec::new();
        describe(&provider, Some(&"http://localhost:6000".into()), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let endpoint = provider.endpoint();
        assert!(
            text.contains(&format!("LOGTO_ENDPOINT={endpoint}\n")),
            "{text}"
        );
        assert!(text.contains("APP_BASE_URL=http://localhost:6000\n"));
        assert!(text.contains("#   alice / alice  "));
        let curl = "curl -d person=alice -d resource=https://shop.example/api ";
        assert!(text.contains(&format!("{curl}{endpoint}controls/access-token")));
        let shell = format!("{text}printf %s \"$LOGTO_APP_SECRET\"");
        let read = std::process::Command::new("sh")
            .args(["-c", &shell])
            .output();
        assert_eq!(String::from_utf8(read.unwrap().stdout).unwrap(), secret);
    }
}

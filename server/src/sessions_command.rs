//! `server sessions`: lists and ends sessions, for an operator, while the server runs or not.

use std::{fmt::Write as _, process::ExitCode, time::Duration};

use logto_axum::{__private::chain, LogtoAuth, SessionSummary, SessionsOf, StoreError};
use tokio::time::timeout;

use crate::{
    settings::{self, Faults},
    state,
};

const USAGE: &str = "\
Usage: server sessions list [--sub SUBJECT | --sid SID]
       server sessions end  (--sub SUBJECT | --sid SID | --all)

  list   a line for each session, between tabs: subject, signed in at, last used at, ends at (Unix seconds), browser, system and
         network of the address that it began on; - where one is not known
  end    ends sessions here and revokes their tokens at Logto; people can sign in again, so suspend
         somebody in Logto first whom you want to keep out

The sessions are those of SESSION_STORE, read with SESSION_KEYS: start it with the settings of the server.
";

/// How long the end of the command may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    List(SessionsOf),
    End(SessionsOf),
}

impl Command {
    fn parse(arguments: &[String]) -> Option<Self> {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let of = |flag: &str, value: &str| match flag {
            _ if value.is_empty() => None,
            "--sub" => Some(SessionsOf::Subject(value.to_owned())),
            "--sid" => Some(SessionsOf::Sid(value.to_owned())),
            _ => None,
        };
        match arguments[..] {
            ["list"] => Some(Self::List(SessionsOf::Everybody)),
            ["list", flag, value] => of(flag, value).map(Self::List),
            ["end", "--all"] => Some(Self::End(SessionsOf::Everybody)),
            ["end", flag, value] => of(flag, value).map(Self::End),
            _ => None,
        }
    }
}

/// Runs the command with the arguments that follow `sessions`.
pub async fn run(arguments: &[String]) -> ExitCode {
    let Some(command) = Command::parse(arguments) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let opened = match settings::load() {
        Ok(settings) => state::sessions(&settings).await.map_err(Faults::from),
        Err(faults) => Err(faults),
    };
    // The audit log is written until it is dropped.
    let (auth, _audit) = match opened {
        Ok(opened) => opened,
        Err(faults) => {
            eprintln!("{faults}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = carry_out(&auth, command).await;
    // For the lines of the audit log.
    let _ = timeout(PATIENCE, auth.finish_tasks()).await;
    match outcome {
        Ok(said) => {
            print!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(auth: &LogtoAuth, command: Command) -> Result<String, StoreError> {
    let mut said = String::new();
    match command {
        Command::List(of) => {
            let each = |session: SessionSummary| {
                let SessionSummary {
                    subject,
                    signed_in_at,
                    last_used_at,
                    ends_at,
                    device,
                    ..
                } = session;
                let device = [device.browser, device.system, device.address];
                let [browser, system, address] =
                    device.map(|word| word.unwrap_or_else(|| "-".to_owned()));
                let _ = writeln!(
                    said,
                    "{subject}\t{signed_in_at}\t{last_used_at}\t{ends_at}\t{browser}\t{system}\t{address}"
                );
            };
            auth.list_sessions(&of, each).await?;
        }
        Command::End(of) => {
            let ended = auth.end_sessions(&of).await?;
            let _ = writeln!(said, "sessions ended: {ended}");
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ended_by_arguments_that_are_not_understood() {
        let parse = |text: &str| {
            let arguments: Vec<_> = text.split(' ').map(str::to_owned).collect();
            Command::parse(&arguments)
        };
        let alice = || SessionsOf::Subject("vy5uejihtdj7".to_owned());
        assert_eq!(parse("list"), Some(Command::List(SessionsOf::Everybody)));
        assert_eq!(
            parse("list --sub vy5uejihtdj7"),
            Some(Command::List(alice()))
        );
        assert_eq!(parse("end --sub vy5uejihtdj7"), Some(Command::End(alice())));
        assert_eq!(
            parse("end --sid s1"),
            Some(Command::End(SessionsOf::Sid("s1".to_owned())))
        );
        assert_eq!(
            parse("end --all"),
            Some(Command::End(SessionsOf::Everybody))
        );
        for other in [
            "",
            "end",
            "end --sub",
            "end --sub ",
            "end --all x",
            "end --everybody x",
            "end --sub a --all",
            "list --all",
            "remove --all",
        ] {
            assert_eq!(parse(other), None, "{other:?}");
        }
    }
}

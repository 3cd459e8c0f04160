//! `server sessions`: lists and ends sessions, for an operator, while the server runs or not.

use std::{cmp::Reverse, fmt::Write as _, process::ExitCode, time::Duration};

use logto_axum::{__private::chain, LogtoAuth, SessionSummary, SessionsOf, StoreError};
use tokio::time::timeout;

use crate::{
    settings::{self, Faults},
    state,
    timestamp::rfc3339,
};

const USAGE: &str = "\
Usage: server sessions list [--sub SUBJECT | --sid SID]
       server sessions end  (--sub SUBJECT | --sid SID | --all)

  list   a line for each session, the newest sign-in first, in columns between tabs; - where a value is not known.
         SESSION is its name in the audit log, SID its session at Logto; BROWSER, SYSTEM and NETWORK (of the
         address) are those of the sign-in. Fails when there are sessions that cannot be read
  end    ends sessions here and revokes their tokens at Logto, and says whose tokens cannot be read; people can
         sign in again, so suspend somebody in Logto first whom you want to keep out

The sessions are those of SESSION_STORE, read with SESSION_KEYS: start it with the settings of the server. It creates no file.
";

/// How long the end of the command may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
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
            ["--help" | "-h"] | ["list" | "end", "--help" | "-h"] => Some(Self::Help),
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
    let command = match Command::parse(arguments) {
        Some(Command::Help) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some(command) => command,
        None => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
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
    let outcome = match command {
        Command::List(of) => list(&auth, &of).await,
        Command::End(of) => end(&auth, &of).await,
        Command::Help => Ok(ExitCode::SUCCESS),
    };
    // For the lines of the audit log.
    let _ = timeout(PATIENCE, auth.finish_tasks()).await;
    outcome.unwrap_or_else(|error| {
        eprintln!("{}", chain(&error));
        ExitCode::FAILURE
    })
}

async fn list(auth: &LogtoAuth, of: &SessionsOf) -> Result<ExitCode, StoreError> {
    let mut sessions = Vec::new();
    let unreadable = auth
        .list_sessions(of, |session| sessions.push(session))
        .await?;
    sessions.sort_by_key(|session| Reverse(session.signed_in_at));
    print!("{}", table(sessions));
    if unreadable == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "Sessions that could not be read: {unreadable}. None of SESSION_KEYS opens them, or another version wrote them. Use the \
         keys and the version of the running server."
    );
    Ok(ExitCode::FAILURE)
}

fn table(sessions: Vec<SessionSummary>) -> String {
    let mut table =
        "SUBJECT\tSESSION\tSID\tSIGNED_IN\tLAST_USED\tENDS\tBROWSER\tSYSTEM\tNETWORK\n".to_owned();
    for session in sessions {
        let device = session.device;
        let known = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let columns = [
            session.subject,
            session.session,
            known(session.sid),
            rfc3339(session.signed_in_at),
            rfc3339(session.last_used_at),
            rfc3339(session.ends_at),
            known(device.browser),
            known(device.system),
            known(device.address),
        ];
        let _ = writeln!(table, "{}", columns.join("\t"));
    }
    table
}

async fn end(auth: &LogtoAuth, of: &SessionsOf) -> Result<ExitCode, StoreError> {
    let ended = auth.end_sessions(of).await?;
    println!("sessions ended: {}", ended.sessions);
    if ended.tokens_not_revoked > 0 {
        eprintln!(
            "Sessions whose tokens could not be read, and so were not revoked at Logto: {}. None of SESSION_KEYS opens them, or \
             another version wrote them.",
            ended.tokens_not_revoked
        );
    }
    Ok(ExitCode::SUCCESS)
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
        for help in ["--help", "-h", "list --help", "end -h"] {
            assert_eq!(parse(help), Some(Command::Help), "{help:?}");
        }
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

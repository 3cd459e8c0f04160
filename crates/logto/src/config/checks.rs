//! What cannot work, in a configuration or in one request.

use std::time::Duration;

use url::Url;

use crate::algorithm::SigningAlgorithm;
use crate::error::ConfigError;
use crate::prompt::Prompt;
use crate::scopes::Scopes;

/// A difference of clocks of this size is a fault to be repaired, not to be tolerated.
const LARGEST_TOLERANCE: Duration = Duration::from_mins(5);

pub(crate) fn check_algorithms(algorithms: Option<&[SigningAlgorithm]>) -> Result<(), ConfigError> {
    if algorithms.is_some_and(<[_]>::is_empty) {
        Err(ConfigError::Empty("algorithms"))
    } else {
        Ok(())
    }
}

pub(crate) fn check_clock_tolerance(tolerance: Duration) -> Result<(), ConfigError> {
    if tolerance >= LARGEST_TOLERANCE {
        return Err(ConfigError::ClockTolerance);
    }
    Ok(())
}

pub(crate) fn check_resource(indicator: &str) -> Result<(), ConfigError> {
    if is_resource(indicator) {
        Ok(())
    } else {
        Err(ConfigError::Resource(indicator.to_owned()))
    }
}

/// Looks at what an authorization request may not hold, wherever it was set.
pub(crate) fn check_request(
    scopes: &Scopes,
    resources: &[String],
    prompts: &[Prompt],
) -> Result<(), ConfigError> {
    scopes.check()?;
    for resource in resources {
        check_resource(resource)?;
    }
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(ConfigError::PromptNoneNotAlone);
    }
    Ok(())
}

/// RFC 8707: an absolute URI without a fragment.
fn is_resource(resource: &str) -> bool {
    !resource.contains('#')
        && !resource.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        && Url::parse(resource).is_ok()
}

//! The pages of this crate's own, in English and Japanese, for an application without a problem
//! page and for when the application's pages cannot be rendered. Plain HTML, without styles or
//! scripts; light or dark as the browser is.

mod document;
mod language;
mod problem;
mod unavailable;

pub(crate) use self::{
    language::{LanguageHeaders, PageLanguage},
    problem::problem_page,
    unavailable::{sign_in_unavailable, store_unavailable},
};

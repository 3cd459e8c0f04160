//! The migrations of a database, from the files that the program contains.

use sqlx::{
    SqlStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// The first migration, the second, and so on: what each makes, and its statements. They are those
/// that `sqlx::migrate!` would find, which compiles `SQLite` a second time, for macros to run.
pub(super) fn migrator(files: &[(&'static str, &'static str)]) -> Migrator {
    let migration = |(version, (makes, statements)): (i64, &(&'static str, &'static str))| {
        let statements = SqlStr::from_static(statements);
        Migration::new(
            version,
            (*makes).into(),
            MigrationType::Simple,
            statements,
            false,
        )
    };
    Migrator::with_migrations((1..).zip(files).map(migration).collect())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// sqlx refuses a database whose migrations it has recorded with other checksums.
    #[test]
    fn they_are_numbered_and_keep_the_checksums_that_databases_have() {
        let migrations = migrator(&[("tables", "CREATE TABLE a (b)"), ("columns", "")]);
        let versions = migrations.iter().map(|migration| migration.version);
        assert_eq!(versions.collect::<Vec<_>>(), [1, 2]);
        let first = migrations.iter().next().unwrap();
        assert_eq!(first.description, "tables");
        // SHA-384.
        assert_eq!(first.checksum[..4], [0x50, 0x13, 0x1c, 0xd4]);
    }

    #[test]
    fn every_file_is_used() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        for database in ["sqlite", "postgres"] {
            let module = source.join(format!("src/store/{database}_migrations.rs"));
            let module = fs::read_to_string(module).unwrap();
            let mut names = Vec::new();
            for file in fs::read_dir(source.join("migrations").join(database)).unwrap() {
                names.push(file.unwrap().file_name().into_string().unwrap());
            }
            names.sort();
            let mut at = 0;
            for name in names {
                let path = format!("migrations/{database}/{name}");
                let found = module[at..].find(&path);
                at += found.unwrap_or_else(|| panic!("{path} is missing, or not in its place"));
            }
        }
    }
}

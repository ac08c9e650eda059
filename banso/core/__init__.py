"""Settings, errors, the database, identifiers and the clock: what every other part stands on."""

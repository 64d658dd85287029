"""The service's database: SQLite on one machine, PostgreSQL beyond it."""

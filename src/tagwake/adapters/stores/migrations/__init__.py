"""The revisions of the schema, one file each, run by :mod:`tagwake.adapters.stores.schema`; a released one never changes."""

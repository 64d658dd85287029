"""Who gets what: settings to adapters to verbs, the only place that chooses."""

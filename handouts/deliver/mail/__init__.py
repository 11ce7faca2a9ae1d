"""Turn finished handouts into e-mail: one message to each patient, at most once."""

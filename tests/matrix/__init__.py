"""Who may do what: one table in plain words, held against every address, method, state, caller and credential."""

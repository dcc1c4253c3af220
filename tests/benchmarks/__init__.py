"""Programs that print figures beside what is wanted. Not tests: nothing here passes or fails by the clock."""

"""Many watchers, a few trainings: how the server bears it."""

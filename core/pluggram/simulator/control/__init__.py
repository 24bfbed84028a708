"""The control door: what a person can do in the simulator, over HTTP, so that a test in any language can do it."""

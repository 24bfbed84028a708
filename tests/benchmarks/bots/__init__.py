"""The contenders' programs. Each runs alone, in the environment of its library, and finds all it needs in its own."""

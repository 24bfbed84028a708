"""The plugins that come with pluggram; each uses only what any plugin can use."""

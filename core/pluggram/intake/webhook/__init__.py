"""The webhook: Telegram posts each update, and is answered only when the update is safe."""

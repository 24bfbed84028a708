"""Text as Telegram treats it: UTF-16 offsets, entities, the markup languages and their refusals."""

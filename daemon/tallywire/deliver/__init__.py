"""From the outbox to a chat or a mailbox."""

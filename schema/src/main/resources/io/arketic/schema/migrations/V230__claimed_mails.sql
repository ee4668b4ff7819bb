-- A message is queued in the transaction of its cause, and claimed before it is sent: queue_mail and claim_mail.
drop function if exists next_mail();

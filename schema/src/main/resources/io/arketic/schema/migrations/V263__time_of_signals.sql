-- A signal is later than the activation of the workflows that it was written for, however long its transaction takes.
alter table workflow_signals alter column created_at set default clock_timestamp();

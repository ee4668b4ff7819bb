-- The link of a question is the same in each attempt to send it, and ends with the question: open_workflow_question and
-- keep_letter_link.
-- encrypted_link holds its token until the letter is sent.
alter table workflow_letters add column asks_until timestamptz, add column encrypted_link text;
grant select (asks_until) on workflow_letters to arketic_app;
grant select (asks_until) on workflow_letters to arketic_ops;

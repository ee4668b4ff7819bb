-- The caption of a picture or the transcript of sound in a chat, by a model, and until when one call has the claim to make it.
alter table chat_files add column description text, add column describing_until timestamptz;

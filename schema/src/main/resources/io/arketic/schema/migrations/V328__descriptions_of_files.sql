-- What a model says of a picture or of sound in a chat.
alter table chat_files add column description text;

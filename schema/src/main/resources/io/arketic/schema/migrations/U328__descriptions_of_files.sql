alter table chat_files drop column description, drop column describing_until;

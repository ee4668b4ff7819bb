alter table chat_files drop column description;

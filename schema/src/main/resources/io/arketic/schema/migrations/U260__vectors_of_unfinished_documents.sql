alter table embedding_cache drop column unfinished;

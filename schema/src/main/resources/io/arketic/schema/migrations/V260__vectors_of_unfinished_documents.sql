-- Vectors of a document that is not complete yet are apart from those of removed chunks: they do not push each other out.
alter table embedding_cache add column unfinished boolean not null default false;

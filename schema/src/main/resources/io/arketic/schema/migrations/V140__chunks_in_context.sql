-- SHA-256 of the text that a chunk's vector was made of, where that is more than the chunk's own: names of its document,
-- its headings, its table's header. content_hash stays that of the chunk's text, which citations compare.
alter table knowledge_chunks add column embedded_hash varchar(64);

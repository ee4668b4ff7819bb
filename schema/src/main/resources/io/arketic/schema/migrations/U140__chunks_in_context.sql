-- What a vector was made of is what it may be used again for; citations lose their way to such chunks.
update knowledge_chunks set content_hash = embedded_hash where embedded_hash is not null;
alter table knowledge_chunks drop column embedded_hash;

drop function knowledge_base_indexing(uuid);

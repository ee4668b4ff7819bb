revoke update (summary) on knowledge_chunks from arketic_app;

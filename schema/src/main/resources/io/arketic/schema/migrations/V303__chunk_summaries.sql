-- Requests store the summaries of the chunks that they see.
grant update (summary) on knowledge_chunks to arketic_app;

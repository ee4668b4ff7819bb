drop function find_documents(text, uuid, text, uuid, timestamptz, timestamptz, bigint, bigint, integer);

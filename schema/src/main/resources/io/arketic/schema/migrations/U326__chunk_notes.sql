drop table chunk_notes;

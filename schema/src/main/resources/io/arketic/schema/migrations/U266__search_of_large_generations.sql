drop function nearest_indexed(uuid, integer, vector, integer, boolean, uuid[], integer, integer);
drop function words_indexed(
    uuid, integer, text, text[], double precision[], double precision[], double precision, double precision, integer, boolean,
    uuid[], integer, integer);
drop function at_least_words(text[], integer);
drop function words_of_documents(uuid, integer, uuid[], bigint[], text[], text[]);

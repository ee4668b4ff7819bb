package io.arketic.schema.generation;

import io.arketic.schema.ledger.KnowledgeTarget;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Counts in how many chunks of a knowledge base a word stands, by language, for {@code knowledge_chunks.keywords}. The
 * counts come from a sample, and are taken again when the knowledge base has doubled.
 */
final class WordCounts {

    /**
     * Chooses the keywords of the staged chunks by tf-idf: (1 + ln tf) · ln((N + 1) / df). N and df count the sampled
     * chunks of the knowledge base and the staged ones. Words of one stem count together and are named by their most
     * frequent form. Of equal words the longer one comes first. Parameters: the configuration, the knowledge base.
     */
    static final String KEYWORDS = """
            with configuration as (
                select ?::text as name
            ),
            counted as materialized (
                select w.chunks, w.words
                from knowledge_words w join configuration c on c.name = w.search_config
                where w.knowledge_base_id = ?
            ),
            named as materialized (
                select s.chunk_index, w.word, count(*) as times
                from pg_temp.staged_chunks s
                cross join string_to_table(s.named, ' ') w (word)
                where w.word <> ''
                group by s.chunk_index, w.word
            ),
            stems as materialized (
                select d.word, l.lexeme
                from (select distinct word from named) d
                cross join configuration c
                cross join unnest(tsvector_to_array(to_tsvector(c.name::regconfig, d.word))) l (lexeme)
            ),
            terms as materialized (
                select n.chunk_index, s.lexeme, sum(n.times) as times,
                    (array_agg(n.word order by n.times desc, n.word))[1] as word
                from named n join stems s on s.word = n.word
                group by n.chunk_index, s.lexeme
            ),
            frequencies as materialized (
                select f.lexeme, sum(f.chunks) as chunks
                from (
                    select t.lexeme, count(*) as chunks from terms t group by t.lexeme
                    union all
                    select w.key, w.value::integer from counted c cross join jsonb_each_text(c.words) w
                ) f
                group by f.lexeme
            ),
            keywords as materialized (
                select r.chunk_index, jsonb_agg(r.word order by r.place) as keywords
                from (
                    select t.chunk_index, t.word, row_number() over (
                        partition by t.chunk_index
                        order by (1 + ln(t.times)) * ln((n.chunks + 1) / f.chunks) desc, length(t.word) desc, t.word)
                        as place
                    from terms t
                    join frequencies f on f.lexeme = t.lexeme
                    cross join (
                        select (select count(*) from pg_temp.staged_chunks) + coalesce((select c.chunks from counted c), 0)
                            as chunks) n
                ) r
                where r.place <= 8
                group by r.chunk_index
            )
            """;

    /** Fewer chunks say nothing about which words are frequent. */
    private static final int FEWEST = 20;

    private WordCounts() {}

    /** Counts where the knowledge base has doubled since the last time and no other transaction counts. */
    static void refresh(Connection connection, KnowledgeTarget target, String configuration) throws SQLException {
        String query = """
                select b.total_chunks
                from knowledge_bases b
                left join knowledge_words w on w.knowledge_base_id = b.id and w.search_config = ?
                where b.id = ? and case
                    when b.total_chunks >= greatest(?, 2 * coalesce(w.total_chunks, 0))
                        then pg_try_advisory_xact_lock(hashtextextended('knowledge_words ' || b.id, 0))
                    else false end
                """;
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, configuration);
            statement.setObject(2, target.knowledgeBaseId());
            statement.setInt(3, FEWEST);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    count(connection, target, configuration, row.getLong(1));
                }
            }
        }
    }

    private static void count(Connection connection, KnowledgeTarget target, String configuration, long totalChunks)
            throws SQLException {
        String count = """
                with sample as materialized (
                    select c.search_vector
                    from (
                        select e.document_id, b.active_generation as generation
                        from knowledge_bases b
                        join document_generations e
                            on e.knowledge_base_id = b.id and e.generation = b.active_generation
                        where b.id = ?
                        order by random()
                        limit 300
                    ) d
                    cross join lateral (
                        select k.search_vector
                        from knowledge_chunks k
                        where k.document_id = d.document_id and k.generation = d.generation and k.search_config = ?
                        order by k.chunk_index
                        limit 20
                    ) c
                    limit 1000
                ), words as (
                    select l.lexeme, count(*) as chunks
                    from sample s cross join unnest(tsvector_to_array(s.search_vector)) l (lexeme)
                    group by l.lexeme
                    having count(*) > 1
                    order by count(*) desc
                    limit 5000
                )
                insert into knowledge_words as w (
                    organization_id, knowledge_base_id, search_config, total_chunks, chunks, words)
                select ?, ?, ?, ?, (select count(*) from sample),
                    coalesce((select jsonb_object_agg(lexeme, chunks) from words), '{}')
                on conflict (knowledge_base_id, search_config) do update
                set total_chunks = excluded.total_chunks, chunks = excluded.chunks, words = excluded.words,
                    counted_at = now()
                """;
        try (PreparedStatement statement = connection.prepareStatement(count)) {
            statement.setObject(1, target.knowledgeBaseId());
            statement.setString(2, configuration);
            statement.setObject(3, target.organizationId());
            statement.setObject(4, target.knowledgeBaseId());
            statement.setString(5, configuration);
            statement.setLong(6, totalChunks);
            statement.executeUpdate();
        }
    }
}

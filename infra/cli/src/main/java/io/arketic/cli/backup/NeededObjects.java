package io.arketic.cli.backup;

import io.arketic.services.DatabaseAccess;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the objects that belong to a restored database: what the store held at that time, and, where the database names
 * another version, that one. So an object that was copied a moment before or after the time fits, too. It does not ask for
 * the parts of open uploads: the API asks the client again for a part that the store does not have.
 *
 * @param objects by their place
 * @param missing objects that the database names and the repository does not have
 */
public record NeededObjects(Map<String, ObjectEntry> objects, List<Missing> missing) {

    /**
     * Describes an object without a copy.
     *
     * @param since time since which the database names it; the store had it before
     */
    public record Missing(String place, Instant since) {}

    private static final String NAMED = """
            select '' as use, d.file_path as key, d.object_etag as etag, d.indexed_file_hash as sha256, d.updated_at as at
            from knowledge_documents d
            where d.status = 'completed' and d.object_etag is not null
              and not exists (select from imported_documents i where i.document_id = d.id)
            union all
            select '-chats', f.object_key, null, null, f.created_at from chat_files f
            union all
            select '-documents', b.object_key, null, null, b.created_at from document_blobs b
            """;

    private record Named(
            String place, @Nullable String etag, @Nullable String sha256, Instant at) {

        boolean is(ObjectEntry entry) {
            return (etag == null || etag.equals(entry.etag())) && (sha256 == null || sha256.equals(entry.sha256()));
        }
    }

    static NeededObjects of(ObjectJournal journal, StackSettings settings, DatabaseAccess database, Instant time)
            throws IOException, SQLException {
        Map<String, ObjectEntry> objects = journal.at(time);
        List<Named> wrong = named(settings, database).stream()
                .filter(named -> {
                    ObjectEntry held = objects.get(named.place());
                    return held == null || !named.is(held);
                })
                .toList();
        if (!wrong.isEmpty()) {
            complete(journal, objects, wrong);
        }
        List<Missing> missing = wrong.stream()
                .filter(named -> {
                    ObjectEntry held = objects.get(named.place());
                    return held == null || !named.is(held);
                })
                .map(named -> new Missing(named.place(), named.at()))
                .toList();
        return new NeededObjects(objects, missing);
    }

    /** Takes the versions that the database names out of the journal of all times. */
    private static void complete(ObjectJournal journal, Map<String, ObjectEntry> objects, List<Named> wrong)
            throws IOException {
        Map<String, List<Named>> byPlace = wrong.stream().collect(java.util.stream.Collectors.groupingBy(Named::place));
        for (ObjectJournal.Page page : journal.pages()) {
            for (ObjectEntry entry : journal.read(page)) {
                boolean named = !entry.isGone()
                        && byPlace.getOrDefault(entry.place(), List.of()).stream()
                                .anyMatch(one -> one.is(entry));
                if (named) {
                    objects.put(entry.place(), entry);
                }
            }
        }
    }

    private static List<Named> named(StackSettings settings, DatabaseAccess database) throws SQLException {
        String bucket = Objects.requireNonNull(settings.productEnvironment().get("ARKETIC_STORE_BUCKET"));
        List<Named> named = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(NAMED)) {
            while (row.next()) {
                named.add(new Named(
                        bucket + row.getString("use") + "/" + row.getString("key"),
                        row.getString("etag"),
                        row.getString("sha256"),
                        row.getTimestamp("at").toInstant()));
            }
        }
        return named;
    }
}

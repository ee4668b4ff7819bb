package io.arketic.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.DemoUser;
import io.arketic.cli.api.KnowledgeBase;
import io.arketic.cli.file.Drop;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.FileTree;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.judged.JudgedCollection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Fills a knowledge base with a collection's corpus, one text file for each document. */
final class EvaluationBase {

    private EvaluationBase() {}

    /**
     * Finds the knowledge base of that name; creates and fills it if it is missing or incomplete.
     *
     * @param patience for the ingest
     */
    static UUID holding(
            JudgedCollection collection, String name, Stack stack, DemoUser user, Terminal terminal, Duration patience)
            throws IOException, SQLException, InterruptedException {
        List<String> texts = List.copyOf(collection.documents().values());
        if (texts.isEmpty()) {
            throw CommandException.unusable(
                    "the collection has no corpus.jsonl; name a knowledge base that holds its documents with --kb");
        }
        long wanted = texts.stream().filter(text -> !text.isEmpty()).count();
        String bases = "organizations/" + user.organization() + "/knowledge-bases";
        String title = "Evaluation of " + name;
        for (JsonNode base : user.api().get(bases).path("items")) {
            if (base.path("name").asText().equals(title)) {
                UUID id = UUID.fromString(base.path("id").asText());
                if (base.path("document_count").asLong() < wanted) {
                    fill(texts, KnowledgeBase.find(user, id), stack, terminal, patience);
                }
                return id;
            }
        }
        JsonNode made = user.api().post(bases, Map.of("name", title));
        UUID id = UUID.fromString(made.path("id").asText());
        fill(texts, KnowledgeBase.find(user, id), stack, terminal, patience);
        return id;
    }

    private static void fill(
            List<String> texts, KnowledgeBase target, Stack stack, Terminal terminal, Duration patience)
            throws IOException, SQLException, InterruptedException {
        Path folder = Files.createTempDirectory("arketic-eval");
        try {
            List<FileTree.Entry> files = new ArrayList<>();
            for (int place = 0; place < texts.size(); place++) {
                if (!texts.get(place).isEmpty()) {
                    String name = place + ".txt";
                    files.add(new FileTree.Entry(
                            JudgedDocuments.FOLDER + name, Files.writeString(folder.resolve(name), texts.get(place))));
                }
            }
            Drop drop = new Drop(stack, terminal);
            drop.await(drop.put(target, files), patience);
        } finally {
            try (Stream<Path> written = Files.walk(folder)) {
                for (Path file : (Iterable<Path>) written.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(file);
                }
            }
        }
    }
}

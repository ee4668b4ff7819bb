package io.arketic.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.drive.KnowledgeArchive;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.ObjectVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Exports a knowledge base, removes it, and imports the archive into an organization of its own: one question a document. */
final class ProvePortable {

    private static final Duration INDEXED_WITHIN = Duration.ofMinutes(20);

    private final Terminal terminal;
    private final int documents;

    ProvePortable(Terminal terminal, int documents) {
        this.terminal = terminal;
        this.documents = documents;
    }

    boolean holds() throws Exception {
        Path archive = Files.createTempFile("arketic-portable", ".zip");
        try (ProofBase base = ProofBase.make(Stack.current(), "Proof of portability")) {
            List<ObjectVersion> dropped = new ArrayList<>();
            for (int document = 0; document < documents; document++) {
                dropped.add(base.put(document, 1));
            }
            base.awaitEnd(dropped, INDEXED_WITHIN);
            List<String> before = answers(base.api(), base.id());
            long begun = System.nanoTime();
            KnowledgeArchive.export(base.api(), base.id(), true, archive);
            Duration exported = Duration.ofNanos(System.nanoTime() - begun);
            base.discard();
            ApiClient api = base.api();
            UUID organization = organization(api);
            begun = System.nanoTime();
            JsonNode imported = KnowledgeArchive.importing(api, organization, archive, "");
            Duration entered = Duration.ofNanos(System.nanoTime() - begun);
            UUID copy =
                    UUID.fromString(imported.path("knowledge_base").path("id").asText());
            boolean same = answers(api, copy).equals(before);
            long embedded = embedded(api, copy);
            terminal.finishProgress(documents + " documents, "
                    + imported.path("chunks").asLong() + " chunks, "
                    + Files.size(archive) + " bytes; exported in " + Terminal.duration(exported) + ", imported in "
                    + Terminal.duration(entered) + "; " + before.size() + " hits of " + documents + " questions "
                    + (same ? "are the same, with their scores" : "DIFFER") + "; " + embedded + " texts embedded");
            api.delete("knowledge-bases/" + copy + "?objects=true");
            return same && embedded == 0;
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private static UUID organization(ApiClient api) throws IOException, InterruptedException {
        String name = "portable-" + ProofBase.newRun();
        return UUID.fromString(api.post("organizations", Map.of("name", name, "slug", name))
                .path("id")
                .asText());
    }

    private List<String> answers(ApiClient api, UUID base) throws IOException, InterruptedException {
        List<String> answers = new ArrayList<>();
        for (int document = 0; document < documents; document++) {
            String question = "Who repaired the beacon with the code word " + ProofBase.word(document) + "?";
            for (JsonNode hit : api.post("knowledge-bases/" + base + "/search", Map.of("query", question, "limit", 10))
                    .path("items")) {
                answers.add(document + " " + hit.path("filename").asText() + " "
                        + hit.path("start_offset").asInt() + " "
                        + hit.path("content").asText().hashCode() + " "
                        + hit.path("score").asDouble());
            }
            terminal.progress("  " + document + "/" + documents + " questions");
        }
        return answers;
    }

    /** Counts chunks of the live generation whose vectors did not exist before. */
    private static long embedded(ApiClient api, UUID base) throws IOException, InterruptedException {
        long embedded = 0;
        for (JsonNode generation :
                api.get("knowledge-bases/" + base + "/reindex").path("generations")) {
            embedded += generation.path("chunks").asLong()
                    - generation.path("chunks_reused").asLong();
        }
        return embedded;
    }
}

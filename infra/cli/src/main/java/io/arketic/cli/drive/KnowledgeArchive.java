package io.arketic.cli.drive;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Exports and imports through the API. */
public final class KnowledgeArchive {

    private static final String MANIFEST = "manifest.json";

    private KnowledgeArchive() {}

    public static void export(ApiClient api, UUID knowledgeBase, boolean originals, Path file)
            throws IOException, InterruptedException {
        api.download("knowledge-bases/" + knowledgeBase + "/export", Map.of("originals", originals), file);
    }

    /** @param query further parameters, each after an ampersand */
    public static JsonNode importing(ApiClient api, UUID organization, Path file, String query)
            throws IOException, InterruptedException {
        return api.upload(
                "organizations/" + organization + "/knowledge-bases/import?knowledge_base_type=shared" + query,
                "archive.zip",
                file);
    }

    /** Reads the manifest of an archive on this machine. */
    public static JsonNode manifest(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(MANIFEST);
            if (entry == null) {
                throw CommandException.failed(file + " has no manifest: the export was cut");
            }
            try (InputStream bytes = zip.getInputStream(entry)) {
                return ApiClient.parse(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }
}

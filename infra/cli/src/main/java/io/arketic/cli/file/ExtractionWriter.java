package io.arketic.cli.file;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.cli.terminal.CodePoints;
import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.Warning;
import io.arketic.extractors.chunk.Chunk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes the outcome of a file: {@code NAME.txt} and {@code NAME.json}, or {@code NAME.error.json}. An outcome replaces
 * that of an earlier run. All offsets are code points.
 */
final class ExtractionWriter {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path directory;

    ExtractionWriter(Path directory) {
        this.directory = directory;
    }

    void write(String name, ExtractedDocument document, List<Chunk> chunks) throws IOException {
        Path text = target(name, ".txt");
        Files.createDirectories(text.getParent());
        Files.deleteIfExists(target(name, ".error.json"));
        Files.writeString(text, document.text());
        JSON.writeValue(target(name, ".json").toFile(), structure(name, document, chunks));
    }

    void writeFailure(String name, ExtractionException failure) throws IOException {
        Path error = target(name, ".error.json");
        Files.createDirectories(error.getParent());
        Files.deleteIfExists(target(name, ".txt"));
        Files.deleteIfExists(target(name, ".json"));
        ObjectNode node = JSON.createObjectNode();
        node.put("file", name);
        node.put("reason", failure.reason().name());
        node.put("detail", failure.getMessage());
        JSON.writeValue(error.toFile(), node);
    }

    private Path target(String name, String suffix) {
        return directory.resolve(name + suffix);
    }

    private static ObjectNode structure(String name, ExtractedDocument document, List<Chunk> chunks) {
        var offsets = new CodePoints(document.text());
        ObjectNode node = JSON.createObjectNode();
        node.put("file", name);
        node.put("media_type", document.mediaType());
        node.put("characters", offsets.of(document.text().length()));
        DocumentMetadata metadata = document.metadata();
        put(node, "title", metadata.title());
        put(node, "author", metadata.author());
        put(node, "language", metadata.language());
        put(node, "created", metadata.created());
        if (!metadata.leftOut().isEmpty()) {
            ObjectNode leftOut = node.putObject("left_out");
            metadata.leftOut().forEach((kind, count) -> leftOut.put(label(kind), count));
        }
        if (!document.warnings().isEmpty()) {
            var warnings = node.putArray("warnings");
            for (Warning warning : document.warnings()) {
                ObjectNode item =
                        warnings.addObject().put("kind", warning.kind().name());
                if (warning.page() != null) {
                    item.put("page", warning.page());
                }
                item.put("place", warning.place());
            }
        }
        var pages = node.putArray("pages");
        for (ExtractedDocument.Page page : document.pages()) {
            ObjectNode item = pages.addObject().put("number", page.number());
            put(item, "label", page.label());
            item.put("start", offsets.of(page.start())).put("end", offsets.of(page.end()));
            if (page.confidence() != null) {
                item.put("ocr_confidence", page.confidence());
            }
        }
        var blocks = node.putArray("blocks");
        for (ExtractedDocument.Block block : document.blocks()) {
            ObjectNode item = blocks.addObject().put("type", label(block.type()));
            if (block.level() > 0) {
                item.put("level", block.level());
            }
            item.put("start", offsets.of(block.start())).put("end", offsets.of(block.end()));
        }
        var pieces = node.putArray("chunks");
        for (Chunk chunk : chunks) {
            ObjectNode item = pieces.addObject().put("ordinal", chunk.ordinal()).put("type", label(chunk.type()));
            if (chunk.page() != null) {
                item.put("page", chunk.page());
            }
            item.put("start", chunk.start()).put("end", chunk.end()).put("tokens", chunk.tokens());
            put(item, "title", chunk.title());
            item.put("text", chunk.text());
        }
        return node;
    }

    private static String label(Enum<?> type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static void put(ObjectNode node, String field, @Nullable Object value) {
        if (value != null) {
            node.put(field, value.toString());
        }
    }
}

package io.arketic.rag;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Archives of knowledge bases that no export wrote, each with a seal that fits. */
final class ForgedArchive {

    private static final JsonMapper JSON = new JsonMapper();

    private ForgedArchive() {}

    private static Map<String, byte[]> entries(byte[] archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    static Set<String> names(byte[] archive) throws IOException {
        return entries(archive).keySet();
    }

    static String entry(byte[] archive, String name) throws IOException {
        return new String(entries(archive).get(name), StandardCharsets.UTF_8);
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        return zip(entries, "");
    }

    private static byte[] zip(Map<String, byte[]> entries, String comment) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
            zip.setComment(comment + "0".repeat(64));
        }
        byte[] sealed = bytes.toByteArray();
        byte[] seal =
                MerkleRoot.sha256(Arrays.copyOf(sealed, sealed.length - 64)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(seal, 0, sealed, sealed.length - 64, 64);
        return sealed;
    }

    static byte[] rewritten(byte[] archive, Map<String, byte[]> others) throws IOException {
        Map<String, byte[]> entries = entries(archive);
        entries.putAll(others);
        return zip(entries);
    }

    /** With a record in its comment that says that there are no entries. */
    static byte[] endingTwice(byte[] archive) throws IOException {
        return zip(entries(archive), "PK\005\006" + "\0".repeat(18));
    }

    static byte[] renamed(byte[] archive, String from, String to) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries(archive).forEach((name, bytes) -> entries.put(name.equals(from) ? to : name, bytes));
        byte[] moved = zip(entries);
        return manifest(moved, node -> {
            for (JsonNode listed : node.path("entries")) {
                if (listed.path("name").stringValue().equals(from)) {
                    ((ObjectNode) listed).put("name", to);
                }
            }
        });
    }

    /** With a manifest that fits the other bytes: its maker could have written anything. */
    static byte[] consistent(byte[] archive, String name, byte[] bytes) throws IOException {
        byte[] changed = rewritten(archive, Map.of(name, bytes));
        return manifest(changed, node -> {
            for (JsonNode listed : node.path("entries")) {
                if (listed.path("name").stringValue().equals(name)) {
                    ((ObjectNode) listed).put("size", bytes.length).put("sha256", MerkleRoot.sha256(bytes));
                }
            }
        });
    }

    static byte[] manifest(byte[] archive, Consumer<ObjectNode> change) throws IOException {
        Map<String, byte[]> entries = entries(archive);
        ObjectNode manifest = (ObjectNode) JSON.readTree(entries.get("manifest.json"));
        change.accept(manifest);
        manifest.put("merkle_root", MerkleRoot.of(manifest.path("entries")));
        entries.put("manifest.json", JSON.writeValueAsBytes(manifest));
        return zip(entries);
    }
}

package io.arketic.cli.drive;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Holds a folder or a file of the drive.
 *
 * @param hash SHA-256 of a file's bytes, in hexadecimal digits
 */
record DriveEntry(String id, String name, boolean isFolder, long size, String hash, int version) {

    static DriveEntry of(JsonNode document) {
        return new DriveEntry(
                document.path("id").asText(),
                document.path("name").asText(),
                document.path("document_type").asText().equals("folder"),
                document.path("file_size").asLong(),
                document.path("file_hash").asText(),
                document.path("version_number").asInt());
    }

    String line() {
        return isFolder ? "%12s  %s/".formatted("", name) : "%,12d  %s  (version %d)".formatted(size, name, version);
    }
}

package io.arketic.embeddings;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Unpacks model files from the model jars into a directory that processes share.
 *
 * <p>A file appears under its name only when it is whole. One that was cut short or changed since is unpacked again.
 */
final class ModelFiles {

    private final Path directory;

    ModelFiles(Path directory) {
        this.directory = directory;
    }

    /** Returns the file of a resource, unpacked if it is missing. */
    Path unpack(LocalModel.Resource resource) throws IOException {
        Path file = directory.resolve(resource.name());
        if (Files.isRegularFile(file)
                && Files.size(file) == resource.bytes()
                && resource.sha256().equals(digest(file))) {
            return file;
        }
        Files.createDirectories(directory);
        Path partial = Files.createTempFile(directory, resource.name(), ".part");
        try {
            copy(resource, partial);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
        return file;
    }

    private static void copy(LocalModel.Resource resource, Path target) throws IOException {
        MessageDigest digest = sha256();
        // The class's own loader: in Flink the jars are the job's, and the caller's context loader may be another one.
        try (InputStream packed = ModelFiles.class.getResourceAsStream("/" + resource.name())) {
            if (packed == null) {
                throw new IOException("no " + resource.name() + " on the class path: the model's jar is missing");
            }
            Files.copy(new DigestInputStream(packed, digest), target, StandardCopyOption.REPLACE_EXISTING);
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(resource.sha256())) {
            throw new IOException(resource.name() + " on the class path has sha256 " + found + ", not "
                    + resource.sha256() + ": its vectors would not fit the stored ones");
        }
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
            bytes.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}

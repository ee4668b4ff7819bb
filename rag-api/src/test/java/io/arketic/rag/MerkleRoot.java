package io.arketic.rag;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The root of a manifest's entries, computed level by level: another way than the product's, with the same result. */
final class MerkleRoot {

    private MerkleRoot() {}

    static String of(JsonNode entries) {
        List<byte[]> level = new ArrayList<>();
        for (JsonNode entry : entries) {
            level.add(hash(
                    new byte[] {0},
                    entry.path("name").stringValue().getBytes(StandardCharsets.UTF_8),
                    new byte[] {0},
                    HexFormat.of().parseHex(entry.path("sha256").stringValue())));
        }
        while (level.size() > 1) {
            List<byte[]> above = new ArrayList<>();
            for (int i = 0; i + 1 < level.size(); i += 2) {
                above.add(hash(new byte[] {1}, level.get(i), level.get(i + 1)));
            }
            if (level.size() % 2 == 1) {
                above.add(level.get(level.size() - 1));
            }
            level = above;
        }
        return HexFormat.of().formatHex(level.get(0));
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(hash(bytes));
    }

    private static byte[] hash(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}

package io.arketic.rag.portable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Computes the Merkle tree of an archive's entries, as RFC 9162 (2.1.1) builds one: a leaf is
 * {@code SHA-256(0x00, name, 0x00, SHA-256 of the bytes)}, a node {@code SHA-256(0x01, left, right)}.
 */
final class MerkleTree {

    private MerkleTree() {}

    /** Returns the root in hexadecimal digits; without entries, the hash of no bytes. */
    static String root(List<ArchiveEntry> entries) {
        List<byte[]> leaves = entries.stream().map(MerkleTree::leaf).toList();
        return HexFormat.of().formatHex(leaves.isEmpty() ? sha256().digest() : root(leaves, 0, leaves.size()));
    }

    private static byte[] root(List<byte[]> leaves, int from, int to) {
        if (to - from == 1) {
            return leaves.get(from);
        }
        int left = Integer.highestOneBit(to - from - 1);
        MessageDigest node = sha256();
        node.update((byte) 1);
        node.update(root(leaves, from, from + left));
        node.update(root(leaves, from + left, to));
        return node.digest();
    }

    private static byte[] leaf(ArchiveEntry entry) {
        MessageDigest leaf = sha256();
        leaf.update((byte) 0);
        leaf.update(entry.name().getBytes(StandardCharsets.UTF_8));
        leaf.update((byte) 0);
        leaf.update(HexFormat.of().parseHex(entry.sha256()));
        return leaf.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}

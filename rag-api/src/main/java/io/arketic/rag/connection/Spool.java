package io.arketic.rag.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bytes in the order of their arrival: the first few in memory, the rest in a file that no folder lists. For one
 * thread at a time.
 */
final class Spool implements AutoCloseable {

    private static final int IN_MEMORY = 32 * 1024;
    private static final int PIECE = 16 * 1024;

    private final SpoolRoom room;
    private final String owner;
    private final Deque<ByteBuffer> memory = new ArrayDeque<>();
    private int memoryBytes;
    private @Nullable FileChannel file;
    private long written;
    private long read;

    Spool(SpoolRoom room, String owner) {
        this.room = room;
        this.owner = owner;
    }

    /** Adds all of the bytes, or none if its owner has no room left on disk: then it returns false. */
    boolean add(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (written == read && memoryBytes + length <= IN_MEMORY && room.takeMemory(length)) {
            ByteBuffer copy = ByteBuffer.allocate(length);
            copy.put(bytes).flip();
            memory.add(copy);
            memoryBytes += length;
            return true;
        }
        if (!room.takeDisk(owner, length)) {
            return false;
        }
        FileChannel to = file();
        long at = written;
        written += length;
        while (bytes.hasRemaining()) {
            at += to.write(bytes, at);
        }
        return true;
    }

    /** Returns the next bytes, for the caller to keep; null if there are none. */
    @Nullable
    ByteBuffer poll() throws IOException {
        ByteBuffer next = memory.poll();
        if (next != null) {
            memoryBytes -= next.remaining();
            room.releaseMemory(next.remaining());
            return next;
        }
        FileChannel from = file;
        if (from == null || read == written) {
            return null;
        }
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, written - read));
        while (piece.hasRemaining()) {
            if (from.read(piece, read + piece.position()) < 0) {
                throw new IOException("A spool file is shorter than what was written");
            }
        }
        read += piece.position();
        if (read == written) {
            from.truncate(0);
            room.releaseDisk(owner, written);
            read = 0;
            written = 0;
        }
        return piece.flip();
    }

    boolean isEmpty() {
        return memory.isEmpty() && read == written;
    }

    long size() {
        return memoryBytes + written - read;
    }

    private FileChannel file() throws IOException {
        FileChannel open = file;
        if (open == null) {
            Path path = Files.createTempFile("arketic-spool-", null);
            open = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(path);
            file = open;
        }
        return open;
    }

    @Override
    public void close() {
        room.releaseMemory(memoryBytes);
        room.releaseDisk(owner, written);
        memory.clear();
        memoryBytes = 0;
        written = 0;
        read = 0;
        FileChannel open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyGone) {
                // it has no name any more, so nothing is left of it
            }
        }
    }
}

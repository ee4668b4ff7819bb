package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Prevents two commands from starting and stopping the same stack at once; it is released when its holder dies. */
record StackLock(FileChannel channel) implements AutoCloseable {

    /** Waits for the holder. The file is beside the directory, which may be missing or deleted meanwhile. */
    static StackLock take(Path directory) {
        Path file = directory.resolveSibling(directory.getFileName() + ".lock");
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock();
            return new StackLock(channel);
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot lock " + file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot release the lock of the stack", e);
        }
    }
}

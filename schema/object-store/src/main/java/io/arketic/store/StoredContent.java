package io.arketic.store;

import java.io.IOException;
import java.io.InputStream;

/**
 * Holds an object that is being read. Its reader closes it.
 *
 * @param size of these bytes; -1 when the store does not say
 * @param etag without quotes; empty when the store does not say
 */
public record StoredContent(InputStream bytes, long size, String etag) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}

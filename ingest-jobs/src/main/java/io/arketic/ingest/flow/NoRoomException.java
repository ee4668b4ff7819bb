package io.arketic.ingest.flow;

import java.io.IOException;

/** Reports that this machine has no room for any file, so that this says nothing about one of them. */
public final class NoRoomException extends IOException {

    private static final long serialVersionUID = 1L;

    NoRoomException(String detail, IOException cause) {
        super(detail, cause);
    }
}

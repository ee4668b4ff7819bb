package io.arketic.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Another product, with a model and an empty table of its own. */
interface Peer {

    /**
     * Reads, cuts, embeds and stores a file.
     *
     * @return the text of the file, as the product read it
     * @throws IOException when it cannot be read
     */
    String ingest(Path file) throws IOException;

    /** Returns the names of the files of the best chunks, best first; a file may come several times. */
    List<String> search(String question, int limit);
}

package io.arketic.rag.answer;

import io.arketic.schema.search.ChunkHit;
import java.util.List;

/** Observes the creation of an answer. The answering thread calls it; it must not throw. */
public interface AnswerListener {

    /** Receives the hits once, before the first text. */
    void retrieved(List<ChunkHit> hits);

    /** Receives a piece of the answer; all pieces together are its content. */
    void text(String piece);
}

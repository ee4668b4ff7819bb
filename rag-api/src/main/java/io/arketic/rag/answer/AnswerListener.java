package io.arketic.rag.answer;

import io.arketic.schema.search.ChunkHit;
import java.util.List;

/** Is told how an answer comes about. Called by the thread that answers; must not throw. */
public interface AnswerListener {

    /** Once, before the first text. */
    void retrieved(List<ChunkHit> hits);

    /** A piece of the answer; the pieces together are its content. */
    void text(String piece);
}

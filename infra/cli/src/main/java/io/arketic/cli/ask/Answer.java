package io.arketic.cli.ask;

import java.util.List;

/** Holds the answer to a question. */
record Answer(String text, List<Citation> citations) {

    Answer {
        citations = List.copyOf(citations);
    }
}

package io.arketic.cli.ask;

import java.util.List;

/** What a question was answered with. */
record Answer(String text, List<Citation> citations) {

    Answer {
        citations = List.copyOf(citations);
    }
}

package io.arketic.rag.model;

import io.arketic.schema.search.ChunkHit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Passes a model's text on piece by piece: without marks of sources that it was not given, without its instructions,
 * and without images and links that no source contains.
 */
public final class OutputFilter {

    private final StringBuilder content = new StringBuilder();
    private final CitationFilter citations;
    private final EchoFilter echo;
    private final LinkFilter links;

    /** @param secrets texts that the model may not repeat */
    public OutputFilter(List<ChunkHit> sources, List<String> secrets, Consumer<String> pieces) {
        List<String> texts = new ArrayList<>();
        sources.forEach(source -> texts.add(source.text()));
        this.links = new LinkFilter(texts, piece -> {
            content.append(piece);
            pieces.accept(piece);
        });
        this.echo = new EchoFilter(secrets, links::accept);
        // first, so that what is left when it takes marks out still passes the others
        this.citations = new CitationFilter(sources.size(), echo::accept);
    }

    public void accept(String piece) {
        // The one character that no text of the database can hold.
        citations.accept(piece.replace("\0", ""));
    }

    /** Adds a sentence of a source, with its mark; marks inside the sentence do not belong to this answer. */
    public void sentence(String text, int number) {
        CitationFilter own = new CitationFilter(0, links::accept);
        own.accept(text);
        own.end();
        links.accept(" [" + number + "]");
    }

    /** Ends the text. */
    public void end() {
        citations.end();
        echo.end();
        links.end();
    }

    /** Returns the passed text. */
    public String content() {
        return content.toString();
    }

    /** Returns the numbers of the sources whose marks were passed on. */
    public SortedSet<Integer> cited() {
        SortedSet<Integer> cited = new TreeSet<>();
        for (int number : citations.cited()) {
            if (content.indexOf("[" + number + "]") >= 0) {
                cited.add(number);
            }
        }
        return cited;
    }
}

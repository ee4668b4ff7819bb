package io.arketic.rag.openai;

import io.arketic.rag.answer.Answer;
import io.arketic.rag.answer.Citation;
import io.arketic.rag.model.Usage;
import io.arketic.rag.openai.Completion.Annotation;
import io.arketic.rag.openai.Completion.Choice;
import io.arketic.rag.openai.Completion.Chunk;
import io.arketic.rag.openai.Completion.ChunkChoice;
import io.arketic.rag.openai.Completion.Delta;
import io.arketic.rag.openai.Completion.Message;
import io.arketic.rag.openai.Completion.Tokens;
import io.arketic.rag.openai.Completion.UrlCitation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes one completion in the protocol's form. Each mark in the text is also an annotation, with a link to the
 * original; {@code citations} is our addition with all details.
 */
final class CompletionWriter {

    private static final Pattern MARK = Pattern.compile("\\[(\\d{1,4})]");

    private final JsonMapper json;
    private final String model;
    private final Function<Citation, String> links;
    private final String id = "chatcmpl-" + UUID.randomUUID();
    private final long created = System.currentTimeMillis() / 1000;

    /** @param links to the original of each citation */
    CompletionWriter(JsonMapper json, String model, Function<Citation, String> links) {
        this.json = json;
        this.model = model;
        this.links = links;
    }

    Completion whole(Answer whole, AnswerEnd end) {
        end.accept(whole.content());
        end.rest();
        Answer answer = said(whole, end);
        Message message = new Message("assistant", answer.content(), null, annotations(answer), answer.citations());
        return new Completion(
                id,
                "chat.completion",
                created,
                model,
                List.of(new Choice(0, end.reason(), message)),
                tokens(answer.usage()));
    }

    String begin() {
        return chunk(null, new Delta("assistant", "", null, null));
    }

    String piece(String text) {
        return chunk(null, new Delta(null, text, null, null));
    }

    String end(Answer answer, AnswerEnd end) {
        Answer said = said(answer, end);
        return chunk(end.reason(), new Delta(null, null, annotations(said), said.citations()));
    }

    String usage(Usage usage) {
        return chunk(List.of(), tokens(usage));
    }

    /** Returns the sent part of the answer, with the sources that this part marks. */
    private static Answer said(Answer whole, AnswerEnd end) {
        if (end.said().equals(whole.content())) {
            return whole;
        }
        Set<Integer> marked = MARK.matcher(end.said())
                .results()
                .map(mark -> Integer.valueOf(mark.group(1)))
                .collect(Collectors.toSet());
        return new Answer(
                end.said(),
                whole.model(),
                whole.usage(),
                whole.confidence(),
                whole.citations().stream()
                        .filter(citation -> marked.contains(citation.number()))
                        .toList());
    }

    private String chunk(@Nullable String finishReason, Delta delta) {
        return chunk(List.of(new ChunkChoice(0, finishReason, delta)), null);
    }

    private String chunk(List<ChunkChoice> choices, @Nullable Tokens usage) {
        return json.writeValueAsString(new Chunk(id, "chat.completion.chunk", created, model, choices, usage));
    }

    private static Tokens tokens(Usage usage) {
        return new Tokens(usage.promptTokens(), usage.completionTokens(), usage.total());
    }

    private List<Annotation> annotations(Answer answer) {
        Map<Integer, Citation> byNumber =
                answer.citations().stream().collect(Collectors.toMap(Citation::number, Function.identity()));
        List<Annotation> annotations = new ArrayList<>();
        Matcher mark = MARK.matcher(answer.content());
        while (mark.find()) {
            Citation citation = byNumber.get(Integer.parseInt(mark.group(1)));
            if (citation != null) {
                annotations.add(new Annotation(
                        "url_citation",
                        new UrlCitation(
                                answer.content().codePointCount(0, mark.start()),
                                answer.content().codePointCount(0, mark.end()),
                                citation.filename(),
                                address(citation))));
            }
        }
        return annotations;
    }

    private String address(Citation citation) {
        return links.apply(citation) + (citation.pageNumber() == null ? "" : "#page=" + citation.pageNumber());
    }
}

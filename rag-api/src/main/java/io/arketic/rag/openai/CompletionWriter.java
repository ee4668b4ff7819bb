package io.arketic.rag.openai;

import io.arketic.rag.answer.Answer;
import io.arketic.rag.answer.Citation;
import io.arketic.rag.model.Usage;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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

    ObjectNode whole(Answer whole, AnswerEnd end) {
        end.accept(whole.content());
        end.rest();
        Answer answer = said(whole, end);
        ObjectNode body = head("chat.completion");
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0).put("finish_reason", end.reason());
        ObjectNode message =
                choice.putObject("message").put("role", "assistant").put("content", answer.content());
        message.putNull("refusal");
        cite(message, answer);
        usage(body, answer.usage());
        return body;
    }

    String begin() {
        ObjectNode body = head("chat.completion.chunk");
        choice(body, null).put("role", "assistant").put("content", "");
        return json.writeValueAsString(body);
    }

    String piece(String text) {
        ObjectNode body = head("chat.completion.chunk");
        choice(body, null).put("content", text);
        return json.writeValueAsString(body);
    }

    String end(Answer answer, AnswerEnd end) {
        ObjectNode body = head("chat.completion.chunk");
        cite(choice(body, end.reason()), said(answer, end));
        return json.writeValueAsString(body);
    }

    String usage(Usage usage) {
        ObjectNode body = head("chat.completion.chunk");
        body.putArray("choices");
        usage(body, usage);
        return json.writeValueAsString(body);
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

    private ObjectNode head(String object) {
        return json.createObjectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    private static ObjectNode choice(ObjectNode body, @Nullable String finishReason) {
        return body.putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", finishReason)
                .putObject("delta");
    }

    private static void usage(ObjectNode body, Usage usage) {
        body.putObject("usage")
                .put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.completionTokens())
                .put("total_tokens", usage.total());
    }

    private void cite(ObjectNode message, Answer answer) {
        Map<Integer, Citation> byNumber =
                answer.citations().stream().collect(Collectors.toMap(Citation::number, Function.identity()));
        ArrayNode annotations = message.putArray("annotations");
        Matcher mark = MARK.matcher(answer.content());
        while (mark.find()) {
            Citation citation = byNumber.get(Integer.parseInt(mark.group(1)));
            if (citation != null) {
                annotations
                        .addObject()
                        .put("type", "url_citation")
                        .putObject("url_citation")
                        .put("start_index", answer.content().codePointCount(0, mark.start()))
                        .put("end_index", answer.content().codePointCount(0, mark.end()))
                        .put("title", citation.filename())
                        .put("url", address(citation));
            }
        }
        message.set("citations", json.valueToTree(answer.citations()));
    }

    private String address(Citation citation) {
        return links.apply(citation) + (citation.pageNumber() == null ? "" : "#page=" + citation.pageNumber());
    }
}

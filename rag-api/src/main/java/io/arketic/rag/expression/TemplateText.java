package io.arketic.rag.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A text with expressions between double braces, {@code "{{ input.name }}"}. A text that is one expression gives its value,
 * of whatever type; otherwise the values are put into the text. A value is never read as a template again.
 */
public final class TemplateText {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST = 200_000;

    /** Either a text as it stands or an expression. */
    private record Part(String text, @Nullable Expression expression) {}

    private final List<Part> parts;

    private TemplateText(List<Part> parts) {
        this.parts = parts;
    }

    public static TemplateText of(Expressions expressions, String text) throws ExpressionException {
        List<Part> parts = new ArrayList<>();
        int from = 0;
        while (true) {
            int open = text.indexOf("{{", from);
            if (open < 0) {
                if (from < text.length() || parts.isEmpty()) {
                    parts.add(new Part(text.substring(from), null));
                }
                return new TemplateText(parts);
            }
            if (open > from) {
                parts.add(new Part(text.substring(from, open), null));
            }
            int close = close(text, open + 2);
            String inner = text.substring(open + 2, close).strip();
            parts.add(new Part(inner, expressions.compile(inner)));
            from = close + 2;
        }
    }

    public List<Expression> expressions() {
        List<Expression> all = new ArrayList<>();
        parts.forEach(part -> {
            if (part.expression() != null) {
                all.add(part.expression());
            }
        });
        return all;
    }

    public @Nullable Object value(Evaluation evaluation) throws ExpressionException {
        Part first = parts.get(0);
        if (parts.size() == 1) {
            return first.expression() == null
                    ? first.text()
                    : first.expression().evaluate(evaluation);
        }
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(
                    part.expression() == null
                            ? part.text()
                            : shown(part.expression().evaluate(evaluation)));
            if (text.length() > LONGEST) {
                throw new ExpressionException("gives more than " + LONGEST + " characters");
            }
        }
        return text.toString();
    }

    /** {@code tree}, a value as JSON has it, with each text in it rendered. */
    public static @Nullable Object render(Expressions expressions, @Nullable Object tree, Evaluation evaluation)
            throws ExpressionException {
        if (tree instanceof String text) {
            return of(expressions, text).value(evaluation);
        }
        if (tree instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> rendered = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                rendered.put(String.valueOf(entry.getKey()), render(expressions, entry.getValue(), evaluation));
            }
            return rendered;
        }
        if (tree instanceof List<?> list) {
            List<@Nullable Object> rendered = new ArrayList<>();
            for (Object entry : list) {
                rendered.add(render(expressions, entry, evaluation));
            }
            return rendered;
        }
        return tree;
    }

    private static String shown(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        return value instanceof Map<?, ?> || value instanceof List<?>
                ? JSON.writeValueAsString(value)
                : value.toString();
    }

    /** Returns where the braces close, outside quoted texts and maps. */
    private static int close(String text, int from) throws ExpressionException {
        int depth = 0;
        char quote = 0;
        for (int at = from; at < text.length(); at++) {
            char letter = text.charAt(at);
            if (quote != 0) {
                if (letter == '\\') {
                    at++;
                } else if (letter == quote) {
                    quote = 0;
                }
            } else if (letter == '"' || letter == '\'') {
                quote = letter;
            } else if (letter == '{') {
                depth++;
            } else if (letter == '}') {
                if (depth == 0 && text.startsWith("}}", at)) {
                    return at;
                }
                depth--;
            }
        }
        throw new ExpressionException("has {{ without }}");
    }
}

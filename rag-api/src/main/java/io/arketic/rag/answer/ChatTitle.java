package io.arketic.rag.answer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Titles a conversation, for chat programs that ask their model for a title after the first answer: the first question,
 * shortened. Open WebUI sends the conversation inside the request, others send it before.
 */
final class ChatTitle {

    private static final Pattern ASKED = Pattern.compile(
            "\\b(?:generate|create|provide|write|suggest|give|make|come up with|summari[sz]e|respond with|erstelle|génère)\\b"
                    + "[^.!?\\n]{0,120}\\b(?:titles?|titel|titre)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern OF_A_CHAT = Pattern.compile(
            "\\b(?:chat|conversation|dialogue?|messages?|history|unterhaltung)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern JSON_WANTED = Pattern.compile("\\{\\s*\"title\"\\s*:", Pattern.CASE_INSENSITIVE);
    private static final Pattern FIRST_QUESTION = Pattern.compile(
            "(?:<chat_history>\\s*+|(?:^|\\n)[^\\S\\n]*+(?:\\*\\*)?+)(?:user|human|question)(?:\\*\\*)?+\\s*+:\\s*+(?:\\*\\*)?+\\s*+([^\\n]{1,400})",
            Pattern.CASE_INSENSITIVE);

    private static final int WORDS = 6;
    private static final int CHARACTERS = 60;
    private static final String NAMELESS = "New conversation";
    private static final JsonMapper JSON = new JsonMapper();

    private ChatTitle() {}

    /** Returns the title in the requested form; null for a question that requests none. */
    static @Nullable String of(Question question) {
        String request = question.text();
        if (!ASKED.matcher(request).find() || !OF_A_CHAT.matcher(request).find()) {
            return null;
        }
        Matcher inside = FIRST_QUESTION.matcher(request);
        boolean found = inside.find();
        if (!found && question.earlier().isEmpty()) {
            return null;
        }
        String first = found
                ? inside.group(1)
                : question.earlier().stream()
                        .filter(Question.Turn::fromUser)
                        .map(Question.Turn::text)
                        .findFirst()
                        .orElse("");
        String title = shortened(first);
        return JSON_WANTED.matcher(request).find()
                ? JSON.writeValueAsString(JSON.createObjectNode().put("title", title))
                : title;
    }

    private static String shortened(String question) {
        String line = question.strip().lines().findFirst().orElse("").strip().replaceAll("[\\s?!.？。！]+$", "");
        StringBuilder title = new StringBuilder();
        int words = 0;
        for (String word : line.split("\\s+")) {
            if (words == WORDS || !title.isEmpty() && title.length() + word.length() >= CHARACTERS) {
                break;
            }
            title.append(title.isEmpty() ? "" : " ").append(word);
            words++;
        }
        if (title.isEmpty()) {
            return NAMELESS;
        }
        String cut = title.codePointCount(0, title.length()) <= CHARACTERS
                ? title.toString()
                : title.substring(0, title.offsetByCodePoints(0, CHARACTERS));
        int first = cut.codePointAt(0);
        return new StringBuilder()
                .appendCodePoint(Character.toTitleCase(first))
                .append(cut.substring(Character.charCount(first)))
                .toString();
    }
}

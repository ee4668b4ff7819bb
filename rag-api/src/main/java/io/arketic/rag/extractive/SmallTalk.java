package io.arketic.rag.extractive;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers messages of politeness, which ask for no content of documents. */
public final class SmallTalk {

    private static final Pattern BESIDE_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}'’]+");

    /** Limits the characters of a courtesy. */
    private static final int LONGEST = 60;

    private record Speech(List<String> phrases, String reply) {}

    private static final List<Speech> SPEECHES = List.of(
            new Speech(
                    List.of(
                            "hi",
                            "hello",
                            "hey",
                            "hi there",
                            "hello there",
                            "hey there",
                            "hello everyone",
                            "good morning",
                            "good afternoon",
                            "good evening",
                            "good day",
                            "greetings",
                            "how are you",
                            "how are you doing",
                            "how are you today",
                            "hello how are you",
                            "hi how are you"),
                    "Hello. Ask a question about the documents here, and the answer is what they say."),
            new Speech(
                    List.of(
                            "thanks",
                            "thank you",
                            "thanks a lot",
                            "thank you very much",
                            "many thanks",
                            "thx",
                            "cheers",
                            "great thanks",
                            "ok thanks",
                            "okay thanks",
                            "thanks so much",
                            "thank you so much",
                            "great thank you",
                            "ok thank you",
                            "perfect thanks",
                            "ok",
                            "okay",
                            "great",
                            "perfect",
                            "that helps",
                            "that helped"),
                    "You are welcome."),
            new Speech(
                    List.of("bye", "goodbye", "good bye", "bye bye", "see you", "see you later", "good night"),
                    "Goodbye."),
            new Speech(
                    List.of(
                            "who are you",
                            "what are you",
                            "what can you do",
                            "how can you help me",
                            "help",
                            "what do you do"),
                    "I answer questions with passages of the documents here, word for word, and name the document of each."),
            new Speech(
                    List.of(
                            "hallo",
                            "guten tag",
                            "guten morgen",
                            "guten abend",
                            "moin",
                            "servus",
                            "grüß gott",
                            "wie geht es dir",
                            "wie geht's"),
                    "Hallo. Fragen Sie etwas zu den Dokumenten hier; die Antwort ist, was darin steht."),
            new Speech(
                    List.of("danke", "vielen dank", "danke schön", "dankeschön", "danke sehr", "besten dank"),
                    "Gern geschehen."),
            new Speech(List.of("tschüss", "auf wiedersehen", "bis bald", "gute nacht"), "Auf Wiedersehen."),
            new Speech(
                    List.of("bonjour", "bonsoir", "salut", "comment ça va", "ça va"),
                    "Bonjour. Posez une question sur les documents ; la réponse est ce qu'ils disent."),
            new Speech(List.of("merci", "merci beaucoup", "merci bien"), "Je vous en prie."),
            new Speech(List.of("au revoir", "bonne nuit", "à bientôt"), "Au revoir."),
            new Speech(
                    List.of("hola", "buenos días", "buenas tardes", "buenas noches", "qué tal"),
                    "Hola. Haga una pregunta sobre los documentos; la respuesta es lo que dicen."),
            new Speech(List.of("gracias", "muchas gracias"), "De nada."),
            new Speech(
                    List.of("merhaba", "selam", "günaydın", "iyi günler", "iyi akşamlar", "nasılsın"),
                    "Merhaba. Buradaki belgeler hakkında bir soru sorun; yanıt, belgelerde yazandır."),
            new Speech(List.of("teşekkürler", "teşekkür ederim", "sağ ol", "sağol", "çok teşekkürler"), "Rica ederim."),
            new Speech(List.of("你好", "您好", "早上好", "晚上好", "大家好"), "您好。请就这里的文档提问，回答即文档原文。"),
            new Speech(List.of("谢谢", "谢谢你", "谢谢您", "多谢"), "不客气。"));

    private static final Map<String, String> REPLIES = SPEECHES.stream()
            .flatMap(speech -> speech.phrases().stream().map(phrase -> Map.entry(phrase, speech.reply())))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private SmallTalk() {}

    /** Returns the reply; null for every other message. */
    public static @Nullable String of(String message) {
        if (message.length() > LONGEST) {
            return null;
        }
        String words = BESIDE_WORDS
                .matcher(message.toLowerCase(Locale.ROOT))
                .replaceAll(" ")
                .strip()
                .replace('’', '\'');
        return REPLIES.get(words);
    }
}

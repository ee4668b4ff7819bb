package io.arketic.schema.search;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Guesses which documents a question is about from its words: several to compare, or the latest, or none in particular.
 * A wrong guess changes the order of the hits and loses no hit within the limit.
 *
 * @param several documents or periods are compared
 * @param latest the newest document is asked for
 * @param numbers years, quarters and other short numbers, in lower case; a document whose name has them is meant, such as
 *     "Report Q3 2023"
 */
record QuestionScope(boolean several, boolean latest, List<String> numbers) {

    /** Limits the numbers that are compared with the names of documents. */
    private static final int MOST_NUMBERS = 8;

    /** Matches a number that stands alone. Codes such as {@code CVE-2025-31337} name what a text is about, and no document. */
    private static final Pattern NUMBER = Pattern.compile(
            "(?<![\\p{L}\\p{N}]|[\\p{L}\\p{N}][-._/:])\\p{L}{0,2}\\p{N}{1,5}(?![\\p{L}\\p{N}]|[-._/:][\\p{L}\\p{N}])");

    /** Matches the quarters of a year in words, from the first to the fourth. */
    private static final List<Pattern> QUARTERS = Stream.of(
                    "first|1st|erste[nsm]?|premier|primer|primo|primeiro|eerste",
                    "second|2nd|zweite[nsm]?|deuxième|segundo|secondo|tweede",
                    "third|3rd|dritte[nsm]?|troisième|tercer|terzo|terceiro|derde",
                    "fourth|4th|vierte[nsm]?|quatrième|cuarto|quarto|vierde")
            .map(ordinal -> words("(?:" + ordinal + ") (?:quarter|quartals?|trimestre|kwartaal)"))
            .toList();

    /** Limits the length of a question; a longer text was pasted, and says itself what it is about. */
    private static final int MOST_CHARACTERS = 1_000;

    private static final Pattern SEVERAL = words(
            // English
            "over time|over the (?:years|quarters|months|reported)|across (?:the |these |all |several )?\\p{L}+s"
                    + "|trends?|historical (?:periods?|data|figures)|quarters|(?:reported|reporting|these|previous) (?:periods?|years|reports)"
                    + "|compared? (?:to|with) (?:the )?previous|(?:each|every) (?:\\p{L}+ )?(?:period|quarter|year|month|report)"
                    + "|(?:these|reported|all) (?:\\p{L}+ )?(?:documents|filings|quarters|reports)|\\p{N}+-[qk]s|year over year",
            // German, French, Spanish, Italian, Portuguese, Dutch, Turkish
            "im (?:laufe|vergleich zu)|über die (?:jahre|quartale|monate)|quartalen?|entwicklung|(?:jedes|jeder) (?:jahr|quartal|bericht)",
            "au fil d(?:u temps|es)|tendances?|trimestres|chaque (?:année|trimestre|rapport)|par rapport aux précédents",
            "a lo largo de|tendencias?|trimestres|cada (?:año|trimestre|informe)",
            "nel tempo|tendenz[ae]|trimestri|ogni (?:anno|trimestre|rapporto)",
            "ao longo d[oa]s?|tendências?|cada (?:ano|relatório)",
            "in de loop van|kwartalen|elk (?:jaar|kwartaal|verslag)",
            "zaman içinde|yıllara göre|çeyrekler|dönemler|her (?:yıl|çeyrek|rapor)");

    private static final Pattern LATEST = words(
            "latest|newest|most recent",
            "neueste[nrsm]?|jüngste[nrsm]? (?:bericht|quartal)\\p{L}*|aktuellste[nrsm]?|letzte[nrsm]? (?:bericht|quartal)\\p{L}*",
            "(?:la|le|les) plus récente?s?|derniers? (?:rapport|trimestre)s?",
            "más recientes?|últimos? (?:informe|trimestre)s?",
            "più recent[ei]|ultimo (?:rapporto|trimestre)",
            "mais recentes?|último (?:relatório|trimestre)",
            "nieuwste|meest recente",
            "en son|en yeni|en güncel");

    /** Matches scripts without spaces between words, or with case endings. */
    private static final Pattern SEVERAL_ELSEWHERE = Pattern.compile("趋势|历年|各季度|历次|推移|各四半期|年々|тенденци|динамик");

    private static final Pattern LATEST_ELSEWHERE =
            Pattern.compile("最新|最近一|直近|последн(?:ий|его|ем) (?:отч|кварт)|самый новый|أحدث");

    static QuestionScope of(String question) {
        if (question.length() > MOST_CHARACTERS) {
            return new QuestionScope(false, false, List.of());
        }
        boolean latest = LATEST.matcher(question).find()
                || LATEST_ELSEWHERE.matcher(question).find();
        boolean several = SEVERAL.matcher(question).find()
                || SEVERAL_ELSEWHERE.matcher(question).find();
        return new QuestionScope(several, latest && !several, numbers(question));
    }

    private static List<String> numbers(String question) {
        Stream<String> written =
                NUMBER.matcher(question).results().map(number -> number.group().toLowerCase(Locale.ROOT));
        Stream<String> quarters = IntStream.range(0, QUARTERS.size())
                .filter(i -> QUARTERS.get(i).matcher(question).find())
                .mapToObj(i -> "q" + (i + 1));
        return Stream.concat(written, quarters).distinct().limit(MOST_NUMBERS).toList();
    }

    private static Pattern words(String... languages) {
        return Pattern.compile(
                Stream.of(languages).collect(Collectors.joining("|", "(?<![\\p{L}\\p{N}])(?:", ")(?![\\p{L}\\p{N}])")),
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }
}

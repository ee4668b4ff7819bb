package io.arketic.schema.search;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
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
 *     "Report Q3 2023". Quantities, such as "30 days", are none
 * @param names words with a capital within a sentence, as {@link SearchWords} has them; a document about them is meant
 * @param code whether it holds a code, which decides alone
 */
record QuestionScope(boolean several, boolean latest, List<String> numbers, Set<String> names, boolean code) {

    /** Limits the numbers that are compared with the names of documents. */
    private static final int MOST_NUMBERS = 8;

    /** Names what is numbered like a document or a part of one. */
    private static final String NUMBERED =
            "(?i:no\\.?|nr\\.?|n[°º]|report|version|release|edition|issue|volume|vol\\.?|part|chapter"
                    + "|section|annex|appendix|article|draft|minutes|meeting|invoice|contract|order|ticket|form|standard"
                    + "|bericht|ausgabe|teil|band|kapitel|abschnitt|anhang|artikel|entwurf|protokoll|sitzung|rechnung|vertrag|auftrag|norm"
                    + "|rapport|numéro|partie|tome|chapitre|annexe|facture|contrat|norme|informe|número|parte|tomo|capítulo|anexo"
                    + "|factura|contrato|norma|rapporto|numero|volume|capitolo|allegato|fattura|contratto|verslag|deel|hoofdstuk"
                    + "|bijlage|factuur|rapor|sürüm|sayı|bölüm|fatura|sözleşme)";

    /** Names what is counted or measured by the number before it, in its first letters. */
    private static final String UNIT =
            "(?:[%‰€$£¥°]|(?i:per ?cent|prozent|pour ?cent|por ?cien|por ?cento|procent|yüzde"
                    + "|(?:days?|weeks?|months?|years?|hours?|minutes?|seconds?|times?|steps?|pages?|people|persons?|users?|items?|points?"
                    + "|tage?n?|wochen?|monate?n?|jahre?n?|stunden?|minuten?|sekunden?|mal|schritte?n?|seiten?|personen|punkte?n?"
                    + "|jours?|semaines?|mois|ans?|années?|heures?|secondes?|fois|étapes?|personnes?"
                    + "|días?|semanas?|meses|mes|años?|horas?|minutos?|segundos?|veces|pasos?|páginas?|personas?"
                    + "|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|or[ae]|minut[oi]|volt[ae]|pass[oi]|dias?|anos?|vezes|passos?"
                    + "|dagen|weken|maanden|jaren?|uren|keer|stappen|gün|hafta|ay|yıl|saat|dakika|adım|kez|kişi"
                    + "|euros?|dollars?|cents?|pounds?|eur|usd|gbp|chf|million(?:en|s)?|billion(?:en|s)?|mio|mrd"
                    + "|[kmgt]?i?b|bytes?|bits?|[kcm]?m|[km]?g|tons?|tonnen|liters?|litres?|ml|l|km/h|[mk]?w|kwh|volts?|degrees?|grad|met(?:re|er)s?|feet|miles?)"
                    + "(?![\\p{L}\\p{N}])))";

    /**
     * Matches a number that stands alone and may name a document: with letters, such as Q3; a year; or after a word that is
     * numbered or a name, such as RFC 2616. Codes such as {@code CVE-2025-31337} name what a text is about, and no document.
     */
    private static final Pattern NUMBER = Pattern.compile(
            "(?<![\\p{L}\\p{N}]|[\\p{L}\\p{N}][-._/:]|\\p{Sc} ?)(?:\\p{L}{1,2}\\p{N}{1,5}|(?:19|20)\\p{N}{2}"
                    + "|(?<=(?<![\\p{L}\\p{N}])(?:" + NUMBERED + "|(?<=\\S )\\p{Lu}\\p{L}{1,30}) )\\p{N}{1,5})"
                    + "(?![\\p{L}\\p{N}]|[-._/:][\\p{L}\\p{N}]|\\s?" + UNIT + ")");

    /** Matches a word with a capital that does not begin a sentence. */
    private static final Pattern NAME = Pattern.compile(
            "(?<=[\\p{L}\\p{N}\\p{Pe}\\p{Pf},;'’\"-] {0,2}['’\"(“„«]?)(?<![\\p{L}\\p{N}])\\p{Lu}[\\p{L}\\p{M}]++(?![-._/:]\\p{N})");

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** Matches the quarters of a year in words, from the first to the fourth. */
    private static final List<Pattern> QUARTERS = Stream.of(
                    "first|1st|erste[nsm]?|premier|primer|primo|primeiro|eerste",
                    "second|2nd|zweite[nsm]?|deuxième|segundo|secondo|tweede",
                    "third|3rd|dritte[nsm]?|troisième|tercer|terzo|terceiro|derde",
                    "fourth|4th|vierte[nsm]?|quatrième|cuarto|quarto|vierde")
            .map(ordinal -> words("(?:" + ordinal + ") (?:quarter|quartals?|trimestre|kwartaal)"))
            .toList();

    /** Sets the least length of a word with a digit that is a code. */
    private static final int CODE = 4;

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
            return new QuestionScope(false, false, List.of(), Set.of(), true);
        }
        boolean latest = LATEST.matcher(question).find()
                || LATEST_ELSEWHERE.matcher(question).find();
        boolean several = SEVERAL.matcher(question).find()
                || SEVERAL_ELSEWHERE.matcher(question).find();
        List<String> numbers = numbers(question);
        boolean code = SearchWords.of(question, SearchWords.SIMPLE).stream()
                .anyMatch(word ->
                        word.length() >= CODE && word.chars().anyMatch(Character::isDigit) && !numbers.contains(word));
        return new QuestionScope(several, latest && !several, numbers, names(question), code);
    }

    /** Returns none where most words have a capital, as in a headline. */
    private static Set<String> names(String question) {
        List<String> names =
                NAME.matcher(question).results().map(MatchResult::group).toList();
        if (2 * names.size() > BLANKS.split(question.strip()).length) {
            return Set.of();
        }
        return names.stream()
                .flatMap(name -> SearchWords.of(name, SearchWords.SIMPLE).stream())
                .collect(Collectors.toUnmodifiableSet());
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

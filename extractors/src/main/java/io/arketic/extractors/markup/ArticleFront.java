package io.arketic.extractors.markup;

import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeXml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** Reads the front of an article: its title, authors, journal and abstract; and its references. */
final class ArticleFront {

    private static final Set<String> NAMES = Set.of("name", "string-name", "personname", "collab");

    private final XhtmlOut out;
    private final Metadata metadata;

    ArticleFront(XhtmlOut out, Metadata metadata) {
        this.out = out;
        this.metadata = metadata;
    }

    /** @param front element {@code front} of JATS or {@code info} of DocBook */
    void write(Element front, ArticleText article) throws SAXException {
        Element titles = find(front, "title-group");
        Element title = find(titles == null ? front : titles, "article-title");
        article.title(text(title == null ? find(front, "title") : title));
        paragraph(text(find(titles == null ? front : titles, "subtitle")));
        List<String> authors = new ArrayList<>();
        List<Element> people = new ArrayList<>();
        collect(front, Set.of("contrib", "author"), people);
        for (Element person : people) {
            String kind = person.attributes().getOrDefault("contrib-type", "author");
            if (kind.equals("author")) {
                authors.add(person(person));
            }
        }
        authors.removeIf(String::isBlank);
        authors.forEach(author -> metadata.add(TikaCoreProperties.CREATOR, author));
        paragraph(String.join(", ", authors));
        List<Element> places = new ArrayList<>();
        collect(front, Set.of("aff"), places);
        StringJoiner institutions = new StringJoiner("; ");
        places.forEach(place -> institutions.add(parts(place)));
        paragraph(institutions.toString());
        paragraph(appeared(front));
        List<Element> abstracts = new ArrayList<>();
        collect(front, Set.of("abstract", "trans-abstract"), abstracts);
        for (Element part : abstracts) {
            Element own = part.child("title");
            out.element("h2", own == null ? "Abstract" : text(own));
            paragraphs(part);
        }
        List<Element> words = new ArrayList<>();
        collect(front, Set.of("kwd", "keyword"), words);
        if (!words.isEmpty()) {
            paragraph("Keywords: "
                    + String.join(", ", words.stream().map(ArticleFront::text).toList()));
        }
    }

    private void paragraphs(Element part) throws SAXException {
        for (Element child : part.children()) {
            switch (child.name()) {
                case "title" -> {}
                case "sec" -> {
                    if (child.child("title") != null) {
                        out.element("h3", text(child.child("title")));
                    }
                    paragraphs(child);
                }
                default -> paragraph(text(child));
            }
        }
    }

    private void paragraph(String text) throws SAXException {
        if (!text.isBlank()) {
            out.paragraph(text);
        }
    }

    private static String person(Element person) {
        List<Element> names = new ArrayList<>();
        collect(person, NAMES, names);
        Element name = names.isEmpty() ? person : names.get(0);
        String given = text(first(name, "given-names", "firstname"));
        String family = text(first(name, "surname"));
        return family.isEmpty() ? text(name) : (given + " " + family).strip();
    }

    /** Returns journal, year, volume, pages and identifier. */
    private static String appeared(Element front) {
        StringJoiner line = new StringJoiner(", ");
        for (String name : List.of("journal-title", "pub-date", "volume", "issue", "elocation-id")) {
            Element found = find(front, name);
            Element year = found != null && name.equals("pub-date") ? find(found, "year") : found;
            if (!text(year).isEmpty()) {
                line.add((name.equals("volume") ? "volume " : name.equals("issue") ? "issue " : "") + text(year));
            }
        }
        List<Element> identifiers = new ArrayList<>();
        collect(front, Set.of("article-id"), identifiers);
        identifiers.stream()
                .filter(id -> "doi".equals(id.attributes().get("pub-id-type")))
                .forEach(id -> line.add("doi " + text(id)));
        return line.toString();
    }

    /** Returns a reference in one line. It separates parts that only their elements separate. */
    static String reference(Element reference) {
        Element mixed = find(reference, "mixed-citation");
        if (mixed != null) {
            return (text(reference.child("label")) + " " + text(mixed)).strip();
        }
        Element citation = find(reference, "element-citation");
        if (citation == null) {
            return text(reference);
        }
        StringJoiner people = new StringJoiner(", ");
        List<Element> names = new ArrayList<>();
        collect(citation, NAMES, names);
        names.forEach(name -> people.add(person(name)));
        StringJoiner line = new StringJoiner(". ");
        line.add((text(reference.child("label")) + " " + people).strip());
        for (String part : List.of("year", "article-title", "chapter-title", "data-title", "source")) {
            if (!text(find(citation, part)).isEmpty()) {
                line.add(text(find(citation, part)));
            }
        }
        String pages = text(find(citation, "fpage"))
                + (find(citation, "lpage") == null ? "" : "-" + text(find(citation, "lpage")));
        String where = (text(find(citation, "volume")) + (pages.isEmpty() ? "" : ":" + pages)).strip();
        if (!where.isEmpty()) {
            line.add(where);
        }
        List<Element> identifiers = new ArrayList<>();
        collect(citation, Set.of("pub-id"), identifiers);
        identifiers.stream()
                .filter(id -> "doi".equals(id.attributes().get("pub-id-type")))
                .forEach(id -> line.add("doi " + text(id)));
        return line.toString();
    }

    /** Returns an address whose parts are elements. */
    private static String parts(Element place) {
        StringJoiner line = new StringJoiner(", ");
        for (Element child : place.children()) {
            if (!Set.of("label", "institution-id", "email").contains(child.name())) {
                String text = child.children().isEmpty() ? text(child) : parts(child);
                if (!text.isBlank()) {
                    line.add(text);
                }
            }
        }
        return line.length() == 0 ? text(place) : line.toString();
    }

    private static Element first(Element element, String... names) {
        for (String name : names) {
            Element found = find(element, name);
            if (found != null) {
                return found;
            }
        }
        return new Element("", Map.of(), List.of(), "");
    }

    private static @Nullable Element find(Element element, String name) {
        for (Element child : element.children()) {
            Element found = child.name().equals(name) ? child : find(child, name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static void collect(Element element, Set<String> names, List<Element> found) {
        for (Element child : element.children()) {
            if (names.contains(child.name())) {
                found.add(child);
            } else {
                collect(child, names, found);
            }
        }
    }

    private static String text(@Nullable Element element) {
        return element == null ? "" : element.text().replaceAll("\\s+", " ").strip();
    }
}

package io.arketic.extractors.text;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.assembly.TableRows;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.TextCleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the words of a LaTeX source: headings, paragraphs, lists, tables and listings, without layout commands.
 * Formulas stay as they are written. It makes one pass, expands no macro and reads no other file.
 */
final class LatexText {

    private static final Map<String, Integer> HEADINGS = Map.of(
            "title", 1, "part", 1, "chapter", 1, "section", 2, "subsection", 3, "subsubsection", 4, "paragraph", 5);

    /** Lists commands whose arguments are not text. */
    private static final Set<String> SILENT = Set.of(
            "begin",
            "bibliographystyle",
            "bibliography",
            "cite",
            "citep",
            "citet",
            "cmidrule",
            "color",
            "documentclass",
            "eqref",
            "graphicspath",
            "hspace",
            "include",
            "includegraphics",
            "input",
            "label",
            "newcommand",
            "pageref",
            "pagestyle",
            "ref",
            "autoref",
            "cref",
            "renewcommand",
            "setcounter",
            "setlength",
            "thispagestyle",
            "usepackage",
            "vspace",
            "addtolength",
            "bibitem",
            "footnotemark",
            "fontsize",
            "linespread",
            "cline",
            "definecolor",
            "newenvironment",
            "DeclareMathOperator");

    /** Lists commands whose last argument alone is text, with the number of earlier ones. */
    private static final Map<String, Integer> LAST_ONLY = Map.of(
            "multicolumn", 2, "multirow", 2, "textcolor", 1, "href", 1, "resizebox", 2, "scalebox", 1, "parbox", 1);

    private static final Set<String> TABLES = Set.of("tabular", "tabular*", "tabularx", "longtable", "array");
    private static final Set<String> FORMULAS = Set.of(
            "equation",
            "equation*",
            "align",
            "align*",
            "gather",
            "gather*",
            "multline",
            "multline*",
            "eqnarray",
            "math",
            "displaymath");
    private static final Set<String> LISTINGS = Set.of("verbatim", "verbatim*", "lstlisting", "minted");
    private static final Set<String> LISTS = Set.of("itemize", "enumerate", "description");

    private static final Map<Character, Character> ACCENTS = Map.of(
            '"', '\u0308', '\'', '\u0301', '`', '\u0300', '^', '\u0302', '~', '\u0303', '=', '\u0304', '.', '\u0307');

    private final TextAssembler out;
    private final LatexScanner in;
    private final StringBuilder pending = new StringBuilder();
    private final List<String> cells = new ArrayList<>();
    private TableRows rows;
    private int tables;
    private int lists;
    private boolean item;

    private LatexText(String source, TextAssembler out) {
        this.in = new LatexScanner(source);
        this.out = out;
        this.rows = new TableRows(out);
    }

    static void write(String source, TextAssembler out) {
        new LatexText(LatexScanner.body(source), out).run();
    }

    private void run() {
        while (in.more()) {
            char c = in.next();
            switch (c) {
                case '\\' -> command(in.name());
                case '{', '}' -> {}
                case '~' -> pending.append(' ');
                case '&' -> {
                    if (tables > 0) {
                        endCell();
                    } else {
                        pending.append('&');
                    }
                }
                case '$' -> pending.append(in.formula());
                case '\n' -> {
                    if (in.blankLineFollows() && tables == 0) {
                        flush();
                    } else {
                        pending.append('\n');
                    }
                }
                default -> pending.append(c);
            }
        }
        flush();
    }

    private void command(String name) {
        Integer heading = HEADINGS.get(name.endsWith("*") ? name.substring(0, name.length() - 1) : name);
        if (heading != null) {
            flush();
            in.options();
            out.block(BlockType.HEADING, heading, plain(in.argument()).replace('\n', ' '));
        } else if (name.equals("begin")) {
            begin(in.argument());
        } else if (name.equals("end")) {
            end(in.argument());
        } else if (name.equals("item")) {
            flush();
            item = true;
            in.options();
        } else if (name.equals("\\") || name.equals("tabularnewline")) {
            in.options();
            if (tables > 0) {
                endRow();
            } else {
                pending.append(' ');
            }
        } else if (name.equals("par") || name.equals("newpage") || name.equals("clearpage")) {
            flush();
        } else if (name.length() == 1 && !Character.isLetter(name.charAt(0))) {
            symbol(name.charAt(0));
        } else if (SILENT.contains(name)) {
            in.arguments();
        } else {
            in.options();
            for (int i = LAST_ONLY.getOrDefault(name, 0); i > 0; i--) {
                in.argument();
            }
        }
    }

    private void symbol(char c) {
        Character accent = ACCENTS.get(c);
        if (accent != null) {
            String letter = in.letter();
            pending.append(letter).append(letter.isEmpty() ? "" : accent.toString());
        } else if (c == '[' || c == '(') {
            pending.append(in.until(c == '[' ? "\\]" : "\\)"));
        } else if ("%&_#${}".indexOf(c) >= 0) {
            pending.append(c);
        } else if (c != '-' && c != '/') {
            pending.append(' ');
        }
    }

    private void begin(String environment) {
        if (LISTINGS.contains(environment)) {
            flush();
            out.block(BlockType.CODE, 0, in.until("\\end{" + environment + "}"));
        } else if (FORMULAS.contains(environment)) {
            flush();
            out.block(
                    BlockType.PARAGRAPH,
                    0,
                    in.until("\\end{" + environment + "}").replaceAll("\\\\label\\{[^{}]*}", ""));
        } else if (TABLES.contains(environment)) {
            if (tables == 0) {
                flush();
                rows = new TableRows(out);
            }
            tables++;
            in.arguments();
        } else {
            flush();
            lists += LISTS.contains(environment) ? 1 : 0;
            in.options();
        }
    }

    private void end(String environment) {
        if (TABLES.contains(environment) && tables > 0) {
            tables--;
            if (tables == 0) {
                endRow();
                rows.end();
            }
            return;
        }
        flush();
        if (LISTS.contains(environment)) {
            lists = Math.max(0, lists - 1);
            out.closeBlock();
        }
    }

    private void endCell() {
        cells.add(pending.toString());
        pending.setLength(0);
    }

    private void endRow() {
        endCell();
        rows.row(cells);
        cells.clear();
    }

    private void flush() {
        if (tables > 0) {
            return;
        }
        String text = TextCleaner.clean(quotes(pending).replace('\n', ' '), false);
        pending.setLength(0);
        if (text.isEmpty()) {
            return;
        }
        if (item && lists > 0) {
            out.line(BlockType.LIST, "  ".repeat(lists - 1) + "- " + text);
        } else {
            out.block(BlockType.PARAGRAPH, 0, text);
        }
        item = false;
    }

    private static String quotes(CharSequence text) {
        return text.toString()
                .replace("``", "\u201C")
                .replace("''", "\u201D")
                .replace("---", "\u2014")
                .replace("--", "\u2013");
    }

    /** Returns an argument without its commands but with their arguments. */
    private static String plain(String argument) {
        return argument.replaceAll("\\\\(?:label|thanks|footnote)\\{[^{}]*}", "")
                .replaceAll("\\\\([%&_#$])", "$1")
                .replaceAll("\\\\\\\\|\\\\[A-Za-z]+\\*?|[{}]", " ")
                .replace('~', ' ');
    }
}

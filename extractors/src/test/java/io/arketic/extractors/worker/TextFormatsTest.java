package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests formats whose structure is in their characters. */
class TextFormatsTest {

    private final DocumentReader reader = new DocumentReader(ExtractLimits.DEFAULT, List.of());

    @TempDir
    Path directory;

    @Test
    void latexLosesItsCommandsAndKeepsItsWords() throws Exception {
        assertThat(blocks("a.tex", """
                \\documentclass[a4paper]{article}
                \\usepackage{graphicx}
                \\title{On \\emph{Pumps}}
                \\begin{document}
                \\maketitle
                \\section{Why pumps fail}\\label{sec:why}
                A \\textbf{worn} seal~\\cite{smith99} costs 5\\% of the flow. % nobody reads this
                M\\"uller agrees: $x_1 = 3$.

                \\begin{itemize}
                \\item Check the seal.
                \\item Check the \\href{http://example.org}{valve}.
                \\end{itemize}
                \\begin{table}[h]
                \\begin{tabular}{l|r}
                \\hline
                Part & Price \\\\
                Seal & 3 \\\\
                \\end{tabular}
                \\caption{Prices}
                \\end{table}
                \\begin{verbatim}
                open \\valve{1}
                \\end{verbatim}
                \\end{document}
                never shown
                """))
                .containsExactly(
                        "HEADING On Pumps",
                        "HEADING Why pumps fail",
                        "PARAGRAPH A worn seal costs 5% of the flow. M\u00FCller agrees: $x_1 = 3$.",
                        "LIST - Check the seal.\n- Check the valve.",
                        "TABLE | Part | Price |\n| --- | --- |\n| Seal | 3 |",
                        "PARAGRAPH Prices",
                        "CODE open \\valve{1}");
    }

    @Test
    void asciidocLosesItsMacrosAndKeepsItsWords() throws Exception {
        assertThat(blocks("a.adoc", """
                :toc:
                = Renaming a pump

                [id="rename"]
                == Steps

                Open link:http://example.org[the list] and see <<other,below>>.

                . Click btn:[Rename].
                +
                image::menu.png[The menu]

                ----
                pump --rename
                ----
                """))
                .containsExactly(
                        "HEADING Renaming a pump",
                        "HEADING Steps",
                        "PARAGRAPH Open the list and see below.",
                        "LIST - Click Rename.",
                        "PARAGRAPH The menu",
                        "CODE pump --rename");
    }

    @Test
    void markdownLosesItsHtmlButNotItsCode() throws Exception {
        assertThat(blocks("a.md", """
                Pumps &amp; valves<br/>are <b>cheap</b>. Write to <http://example.org>, not `<b>&amp;</b>`.
                <!-- nobody
                reads this -->
                A list of x < y and List<Pump> stays.

                ```
                <!-- code -->
                ```
                """))
                .containsExactly(
                        "PARAGRAPH Pumps & valves are cheap. Write to <http://example.org>, not `<b>&amp;</b>`.",
                        "PARAGRAPH A list of x < y and List<Pump> stays.",
                        "CODE <!-- code -->");
    }

    @Test
    void cellsThatSpanStandInEveryRowAndColumnTheySpan() throws Exception {
        assertThat(blocks("a.html", """
                <table><tr><td colspan="3">Prices</td></tr>
                <tr><th>Kind</th><th colspan="2">Euros</th></tr>
                <tr><td rowspan="2">Pump</td><td>small</td><td>1</td></tr>
                <tr><td>large</td><td>2</td></tr></table>
                """))
                .containsExactly(
                        "TABLE | Prices |\n| --- |\n| Kind | Euros | Euros |\n| Pump | small | 1 |\n| Pump | large | 2 |");
    }

    @Test
    void speakersAreNamedWhereTheyChange() throws Exception {
        assertThat(blocks("a.vtt", """
                WEBVTT

                00:01.000 --> 00:02.000
                <v Ada>The pump

                00:02.000 --> 00:03.000
                <v Ada>is <b>broken</b>.

                00:03.000 --> 00:04.000
                <v Bob>Again?
                """)).containsExactly("PARAGRAPH Ada: The pump\nis broken.\nBob: Again?");
    }

    /** Mainframes write no line ends, and their blank is the at sign of other systems. */
    @Test
    void recordsOfAMainframeAreLines() throws Exception {
        StringBuilder records = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            records.append(String.format("%04dBIG FOOT, WEST (GAS)    BERRY, MARTHA F.%09d", 4711 + i, 294 * i));
        }
        Path file = directory.resolve("wells.ebc");
        Files.write(file, records.toString().getBytes(Charset.forName("IBM037")));
        assertThat(OfficeFiles.read(file).text())
                .startsWith("4711BIG FOOT, WEST (GAS) BERRY, MARTHA F.000000000\n4712BIG FOOT");
    }

    @Test
    void xmlIsKnownByItsDocumentType() throws Exception {
        assertThat(blocks(
                        "a.nxml", "<!DOCTYPE article PUBLIC \"-//X//DTD\" \"x.dtd\">\n<article><p>Pumps</p></article>"))
                .containsExactly("PARAGRAPH Pumps");
    }

    private List<String> blocks(String name, String content) throws Exception {
        ExtractedDocument document = read(name, content);
        return document.blocks().stream()
                .map((Block block) -> block.type() + " " + document.text().substring(block.start(), block.end()))
                .toList();
    }

    private ExtractedDocument read(String name, String content) throws Exception {
        Path file = write(name, content);
        return reader.read(file, name).documentOrThrow();
    }

    private Path write(String name, String content) throws IOException {
        return Files.write(directory.resolve(name), content.getBytes(StandardCharsets.UTF_8));
    }
}

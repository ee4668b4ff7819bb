package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractedDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests articles of journals and technical documents in XML. */
class ArticleXmlTest {

    @TempDir
    private Path directory;

    @Test
    void anArticleOfAJournalHasItsPartsAsSections() throws Exception {
        ExtractedDocument document = read("berths.nxml", """
                <?xml version="1.0"?>
                <!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "JATS-archivearticle1.dtd">
                <article article-type="research-article" xmlns:mml="http://www.w3.org/1998/Math/MathML"><front>
                <journal-meta><journal-id>HRB</journal-id><journal-title-group><journal-title>Harbours</journal-title>
                </journal-title-group></journal-meta><article-meta><article-id pub-id-type="doi">10.1/x</article-id>
                <title-group><article-title>Berths in <italic>winter</italic></article-title></title-group>
                <contrib-group><contrib contrib-type="author"><name><surname>Quist</surname><given-names>Mar</given-names>
                </name></contrib></contrib-group><pub-date><year>2026</year></pub-date>
                <abstract><p>We counted boats.</p></abstract></article-meta></front>
                <body><sec><label>1</label><title>Methods</title><p>Boats were counted<xref rid="f1">*</xref>
                twice<fn id="f1"><p>By hand.</p></fn>. The share is <inline-formula><mml:math><mml:msup><mml:mi>r</mml:mi>
                <mml:mn>2</mml:mn></mml:msup></mml:math></inline-formula>.</p>
                <list list-type="order"><list-item><p>Row out</p></list-item><list-item><p>Count</p></list-item></list>
                <table-wrap><label>Table 1</label><caption><title>Boats</title></caption><table><thead><tr><th>Pier</th>
                <th>Boats</th></tr></thead><tbody><tr><td>North</td><td>12</td></tr></tbody></table></table-wrap></sec></body>
                <back><ref-list><title>References</title><ref><label>1</label><element-citation><person-group><name>
                <surname>Roe</surname><given-names>J</given-names></name></person-group><year>2020</year>
                <article-title>Piers</article-title><source>Docks</source><volume>3</volume><fpage>4</fpage><lpage>9</lpage>
                </element-citation></ref></ref-list></back></article>
                """);
        assertThat(document.metadata().title()).isEqualTo("Berths in winter");
        assertThat(document.metadata().author()).isEqualTo("Mar Quist");
        assertThat(document.text()).isEqualTo("""
                        Berths in winter

                        Mar Quist

                        Harbours, 2026, doi 10.1/x

                        Abstract

                        We counted boats.

                        1 Methods

                        Boats were counted* twice. The share is r^2.

                        By hand.

                        1. Row out
                        2. Count

                        Table 1 Boats

                        | Pier | Boats |
                        | --- | --- |
                        | North | 12 |

                        References

                        1 J Roe. 2020. Piers. Docks. 3:4-9""");
    }

    @Test
    void aTechnicalDocumentHasItsSectionsListsAndPrograms() throws Exception {
        assertThat(read("pump.xml", """
                <book xmlns="http://docbook.org/ns/docbook"><info><title>The pump</title></info>
                <chapter><title>Start</title><para>Open the valve.<footnote><para>To the left.</para></footnote></para>
                <orderedlist><listitem><para>Press the button</para></listitem></orderedlist>
                <screen>pump --start</screen>
                <section><title>Errors</title><informaltable><tgroup cols="2"><thead><row><entry>Code</entry>
                <entry>Meaning</entry></row></thead><tbody><row><entry>E1</entry><entry>No water</entry></row></tbody>
                </tgroup></informaltable></section></chapter></book>
                """).text()).isEqualTo("""
                        The pump

                        Start

                        Open the valve.

                        To the left.

                        1. Press the button

                        pump --start

                        Errors

                        | Code | Meaning |
                        | --- | --- |
                        | E1 | No water |""");
    }

    @Test
    void otherXmlKeepsItsText() throws Exception {
        assertThat(read("order.xml", "<order><section>A</section><amount>12</amount></order>")
                        .text())
                .contains("A", "12");
    }

    private ExtractedDocument read(String name, String content) throws Exception {
        Path file = directory.resolve(name);
        Files.writeString(file, content);
        return OfficeFiles.read(file);
    }
}

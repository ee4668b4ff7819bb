package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Tests files that users of such systems reported as read wrongly: each contains one fact that is false if read
 * carelessly.
 */
class ReportedFilesTest {

    private final DocumentReader reader = new DocumentReader(ExtractLimits.DEFAULT, List.of());

    @Test
    void aFormSaysWhatWasFilledInBesideItsLabel() throws Exception {
        assertThat(text("pickup-form.pdf"))
                .contains("Name of sender: Marlowe Quist\n", "Customer reference: KR-7781-Z\n", "Service: Express\n")
                .contains("Hazardous goods: \u2612 yes\nFragile: \u2610 no\n");
    }

    @Test
    void headingsAndListsHaveTheNumbersThatTheirStylesGive() throws Exception {
        assertThat(text("lease.docx"))
                .contains("4 Deposits\n\n4.1 Amount\n\nThe deposit is three monthly rents.\n\n4.2 Return\n")
                .contains("(a) meters are read and written down\n")
                .contains("(b) keys are counted\n");
    }

    @Test
    void changesAreAccepted() throws Exception {
        assertThat(text("grant-terms.docx")).isEqualTo("""
                        Terms of the grant

                        The grant is 48,000 euros for each project.

                        The jury meets in June.

                        Reports are due each spring.

                        Payments are made in two parts.""");
    }

    @Test
    void notesCommentsAndBoxesStandOnceAndOutsideTheirSentence() throws Exception {
        assertThat(text("harbour.docx"))
                .contains("A berth costs eleven euros a night and electricity is free in winter.\n\n"
                        + "The rate does not apply to boats over nine metres.\n")
                .contains("Comment by R. Viewer: Ask the diver")
                .containsOnlyOnce("The crane lifts at most four tonnes.")
                .containsOnlyOnce("The book lies beside the barometer.")
                .doesNotContain("footnote");
    }

    @Test
    void columnsAreReadOneAfterTheOtherInEveryDrawingOrder() throws Exception {
        for (String file : List.of("rules-columnwise.pdf", "rules-rowwise.pdf")) {
            assertThat(text(file))
                    .contains("Tenants must return both keys by noon on the last day of the lease.")
                    .contains("Glass goes to the green bins.");
        }
    }

    @Test
    void hyphensAtLineEndsAreDecidedByTheWordsOfTheDocument() throws Exception {
        assertThat(text("hyphens.pdf"))
                .contains("price-determining factors that", "of the climate protests", "freight- and customs costs")
                .contains("the buyer.", "well-known clause", "long-term guarantee")
                .contains("Immobilien", "nach Ablauf", "steuerfrei", "langfristig");
    }

    @Test
    void aLoneQuoteSpoilsNoOtherCell() throws Exception {
        assertThat(text("tickets.csv"))
                .contains("| T-101 | Quist & Sons | 1,5 | Changed the pump seal; tested twice |\n")
                .contains(
                        "| T-103 | Oke Ltd | 3,75 | First visit: nobody there. Second visit: replaced the \"red\" valve. "
                                + "Third visit: signed off. |\n| T-104 | Brandt | 2 |")
                .contains("| T-105 | Iversen | 1,0 | 10\" pipe cut to length |\n");
        assertThat(text("csv-c-lone-inch-midcell.csv"))
                .contains("| T-1 | Quist | 1,5 | seal; tested |\n| T-5 | I | 1,0 | 10\" pipe cut |\n| T-6 |");
    }

    @Test
    void whatNoBrowserShowsIsNoText() throws Exception {
        assertThat(text("article.html"))
                .contains("The museum is open from eleven")
                .contains("| East | Friday | Brandt |")
                .doesNotContain(
                        "HIDDENWORD", "INVISIBLEWORD", "TEMPLATEWORD", "NOSCRIPTWORD", "COMMENTWORD", "COOKIEWORD");
    }

    @Test
    void recordsOfJsonAreToldApartAndWithoutEscapes() throws Exception {
        for (String file : List.of("venues-escaped.json", "venues.jsonl")) {
            assertThat(text(file)).startsWith("""
                            name: Café Zürich
                            address.street: Limmatquai 4
                            address.city: Zürich
                            phone: +41 44 555 0187
                            notes: Terrace closed in winter.
                            Ask for "Ueli".

                            name:""");
        }
    }

    @Test
    void aNotebookIsItsTextItsCodeAndWhatItPrinted() throws Exception {
        assertThat(text("rates.ipynb"))
                .contains("We compared four rates on the harbour data.", "    print(lr, train(lr))", "0.003 0.91")
                .hasSizeLessThan(1000);
        assertThat(text("report.md"))
                .contains("The north pillar has a crack of two millimetres.")
                .hasSizeLessThan(1000);
    }

    private String text(String file) throws Exception {
        Path path = path(file);
        ExtractedDocument document = reader.read(path, file).documentOrThrow();
        return document.text();
    }

    private static Path path(String file) throws IOException, URISyntaxException {
        URL resource = ReportedFilesTest.class.getResource("reports/" + file);
        return Path.of(Objects.requireNonNull(resource, file).toURI());
    }
}

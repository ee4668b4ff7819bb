package io.arketic.extractors.fork;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.extractors.NoParserException;
import io.arketic.extractors.OcrSettings;
import io.arketic.extractors.protocol.GreyPicture;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageRecognitionTest {

    @Test
    void aMachineThatStartsNoRecognitionSaysNothingOfThePage() {
        OcrSettings gone = new OcrSettings("/nowhere/tesseract", List.of("eng"), 10, Duration.ofSeconds(5));
        try (PageRecognition pages =
                new PageRecognition(new Tesseract(gone), List.of("eng"), new FileTime(Duration.ofSeconds(60)))) {
            assertThatExceptionOfType(NoParserException.class)
                    .isThrownBy(() -> pages.read(new GreyPicture(1, 1, new byte[1])))
                    .withMessageContaining("/nowhere/tesseract");
        }
    }
}

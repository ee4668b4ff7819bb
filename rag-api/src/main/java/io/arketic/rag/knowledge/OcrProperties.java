package io.arketic.rag.knowledge;

import io.arketic.embeddings.SettingValue;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the possible languages of scans, as for the ingest job.
 *
 * @param languages names that Tesseract has, with commas between them; the first is that of knowledge bases which choose
 *     none
 */
@ConfigurationProperties("arketic.ocr")
record OcrProperties(@DefaultValue("eng") String languages) {

    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");
    private static final Pattern LANGUAGE = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]{1,30}");

    OcrProperties {
        for (String language : SEPARATOR.split(languages.strip())) {
            SettingValue.require(
                    LANGUAGE.matcher(language).matches(), "arketic.ocr.languages", languages, "languages of Tesseract");
        }
    }

    List<String> installed() {
        return Arrays.asList(SEPARATOR.split(languages.strip()));
    }
}

package io.arketic.extractors.worker;

import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.TextCleaner;
import io.arketic.extractors.structure.PageMarks;
import java.time.Instant;
import java.util.Date;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.jspecify.annotations.Nullable;

/** Selects title, author, language and date from the parsers' findings. */
final class MetadataReading {

    private static final int LONGEST = 500;

    private static final Instant EARLIEST = Instant.parse("1901-01-01T00:00:00Z");

    private MetadataReading() {}

    static DocumentMetadata of(Metadata metadata, TextAssembler out) {
        String text = out.text();
        String type = String.valueOf(metadata.get(Metadata.CONTENT_TYPE));
        boolean headed = PageMarks.of(type) != PageMarks.SHEETS && !ContainerTypes.isOnlyItsMembers(type);
        return new DocumentMetadata(
                clean(DocumentTitles.of(clean(metadata.get(TikaCoreProperties.TITLE)), text, out.blocks(), headed)),
                clean(metadata.get(TikaCoreProperties.CREATOR)),
                LanguageGuess.of(metadata.get(TikaCoreProperties.LANGUAGE), text),
                instant(metadata.getDate(TikaCoreProperties.CREATED)),
                out.leftOut());
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        // Old formats count from 1601 or write no date as zero.
        return date == null || date.toInstant().isBefore(EARLIEST) ? null : date.toInstant();
    }

    private static @Nullable String clean(@Nullable String value) {
        if (value == null) {
            return null;
        }
        String clean = TextCleaner.clean(value, false).replace('\n', ' ');
        if (clean.isEmpty()) {
            return null;
        }
        int end = clean.offsetByCodePoints(0, Math.min(LONGEST, clean.codePointCount(0, clean.length())));
        return clean.substring(0, end);
    }
}

package io.arketic.extractors.fork;

import io.arketic.extractors.ExtractorSettings;
import java.nio.file.Path;

/** A program that extracts the file it is given, to be killed while it does. */
final class ExtractingProcess {

    private ExtractingProcess() {}

    public static void main(String[] arguments) throws Exception {
        try (ForkedExtractor extractor =
                ForkedExtractor.start(ExtractorSettings.of(System.getProperty("java.class.path")))) {
            System.out.println(
                    extractor.extract(Path.of(arguments[0]), arguments[0]).text());
        }
    }
}

package io.arketic.extractors.fork;

import io.arketic.extractors.ExtractorSettings;
import java.nio.file.Path;

/** Extracts the file it is given, to be killed meanwhile. */
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

package io.arketic.extractors;

import java.nio.file.Path;
import java.util.List;

/**
 * Configures the parser processes of a {@code ForkedExtractor}.
 *
 * @param classPath of the parser processes, in the form that {@code java -cp} takes: {@code directory/*} or entries
 *     parted by the platform's separator. It is given and not inherited, since inside Flink the own class path is
 *     Flink's
 * @param javaHome the Java that runs them
 * @param forks parser processes alive at once, each working on one file; started when first needed
 * @param filesPerFork files after which a process is replaced, so that what a parser leaks stays small
 * @param passwords tried in order on encrypted files, after the empty one
 * @param ocr how the text of scans and pictures is recognised
 */
public record ExtractorSettings(
        String classPath,
        Path javaHome,
        int forks,
        int filesPerFork,
        List<String> passwords,
        ExtractLimits limits,
        OcrSettings ocr) {

    /**
     * Sets the default number of files for each process: starting one costs about a second, which is 1 % at 20 ms a
     * file.
     */
    public static final int DEFAULT_FILES_PER_FORK = 5_000;

    public ExtractorSettings {
        if (classPath.isBlank()) {
            throw new IllegalArgumentException("the parser class path must not be blank");
        }
        if (forks < 1 || filesPerFork < 1) {
            throw new IllegalArgumentException("forks and filesPerFork must be positive");
        }
        passwords = List.copyOf(passwords);
    }

    /** Uses one process of this Java, default limits, and no passwords. */
    public static ExtractorSettings of(String classPath) {
        return new ExtractorSettings(
                classPath,
                Path.of(System.getProperty("java.home")),
                1,
                DEFAULT_FILES_PER_FORK,
                List.of(),
                ExtractLimits.DEFAULT,
                OcrSettings.DEFAULT);
    }

    public ExtractorSettings withForks(int count) {
        return new ExtractorSettings(classPath, javaHome, count, filesPerFork, passwords, limits, ocr);
    }

    public ExtractorSettings withFilesPerFork(int files) {
        return new ExtractorSettings(classPath, javaHome, forks, files, passwords, limits, ocr);
    }

    public ExtractorSettings withPasswords(List<String> tried) {
        return new ExtractorSettings(classPath, javaHome, forks, filesPerFork, tried, limits, ocr);
    }

    public ExtractorSettings withLimits(ExtractLimits changed) {
        return new ExtractorSettings(classPath, javaHome, forks, filesPerFork, passwords, changed, ocr);
    }

    public ExtractorSettings withOcr(OcrSettings recognition) {
        return new ExtractorSettings(classPath, javaHome, forks, filesPerFork, passwords, limits, recognition);
    }

    /** Shows no passwords. */
    @Override
    public String toString() {
        return "ExtractorSettings[classPath=" + classPath + ", javaHome=" + javaHome + ", forks=" + forks
                + ", filesPerFork=" + filesPerFork + ", passwords=" + passwords.size() + ", limits=" + limits + ", ocr="
                + ocr + "]";
    }
}

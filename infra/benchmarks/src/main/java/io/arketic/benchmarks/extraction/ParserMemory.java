package io.arketic.benchmarks.extraction;

import io.arketic.benchmarks.ResidentMemory;
import io.arketic.benchmarks.Verdict;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.Extractor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures the memory of one parser process that reads many files. */
final class ParserMemory {

    private static final int ROUNDS = 10;

    /** Sets the rounds until the parsers are loaded and the heap has found its size. */
    private static final int WARM_UP = 3;

    private ParserMemory() {}

    /**
     * Holds what was measured.
     *
     * @param early most MiB in the first rounds
     * @param late most MiB in the other rounds
     * @param deaths processes that ended before their files
     */
    record Growth(int files, long early, long late, int deaths) {
        long mebibytes() {
            return late - early;
        }
    }

    /** @param extractor with one process, which is not replaced within these files */
    static Growth of(Extractor extractor, List<Path> files, int count) throws IOException, InterruptedException {
        List<Long> resident = new ArrayList<>();
        long process = 0;
        int deaths = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = round * count / ROUNDS; i < (round + 1) * count / ROUNDS; i++) {
                read(extractor, files.get(i % files.size()));
            }
            long now = process();
            deaths += process != 0 && now != process ? 1 : 0;
            process = now;
            resident.add(ResidentMemory.of(process));
            Verdict.say("%d files: %d MiB resident", (round + 1) * count / ROUNDS, resident.get(resident.size() - 1));
        }
        return new Growth(
                count,
                resident.stream().limit(WARM_UP).max(Long::compare).orElseThrow(),
                resident.stream().skip(WARM_UP).max(Long::compare).orElseThrow(),
                deaths);
    }

    private static void read(Extractor extractor, Path file) throws InterruptedException {
        try {
            extractor.extract(file, file.getFileName().toString());
        } catch (ExtractionException refused) {
            // What a file without text costs counts, too.
        }
    }

    private static long process() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains("ParserWorker"))
                .mapToLong(ProcessHandle::pid)
                .max()
                .orElseThrow(() -> new IllegalStateException("no parser process"));
    }
}

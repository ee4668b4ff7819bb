package io.arketic.extractors.fork;

import io.arketic.extractors.ExtractorSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds the command line of a parser process. It passes on no own environment, properties or arguments. */
final class ForkCommand {

    static final String ERROR_FILE = "stderr.log";

    /** Names the worker as a string: loading the class here would need the parsers in the caller's class path. */
    private static final String WORKER = "io.arketic.extractors.worker.ParserWorker";

    private ForkCommand() {}

    static Process launch(ExtractorSettings settings, Path scratch) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(arguments(settings, scratch));
        builder.environment().clear();
        // File names are read in this character set; a cleared environment would mean ASCII.
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.directory(scratch.toFile());
        builder.redirectError(scratch.resolve(ERROR_FILE).toFile());
        return builder.start();
    }

    private static List<String> arguments(ExtractorSettings settings, Path scratch) {
        return List.of(
                settings.javaHome().resolve("bin").resolve("java").toString(),
                "-Xmx" + settings.limits().parserHeap(),
                "-Xss1m",
                // A signal must not look like System.exit.
                "-Xrs",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxMetaspaceSize=192m",
                "-XX:MaxDirectMemorySize=64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + scratch.resolve("hs_err.log"),
                "-Djava.io.tmpdir=" + scratch,
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "-Duser.language=en",
                "-Duser.country=US",
                "-Duser.timezone=UTC",
                // Confinement disables this mechanism for starting programs.
                "-Djdk.lang.Process.launchMechanism=POSIX_SPAWN",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Djava.nio.channels.spi.SelectorProvider=io.arketic.extractors.worker.RefusedChannels",
                "-cp",
                absolute(settings.classPath()),
                WORKER);
    }

    /** Makes the class path absolute, because the process has its own working directory. */
    private static String absolute(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator))
                .map(entry -> new File(entry).getAbsolutePath())
                .collect(Collectors.joining(File.pathSeparator));
    }
}

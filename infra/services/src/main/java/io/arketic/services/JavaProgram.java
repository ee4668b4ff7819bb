package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Builds command lines of programs with jars under {@code infra/dist}. */
final class JavaProgram {

    private static final String LOGGING = "components.log4j2.properties";

    private JavaProgram() {}

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * @param distribution the folder under {@code infra/dist}
     * @param configuration where {@link #writeLogging} has put the logging settings
     */
    static List<String> command(
            Path root,
            String distribution,
            Path configuration,
            List<String> options,
            String mainClass,
            List<String> arguments) {
        Path library = root.resolve("infra/dist").resolve(distribution).resolve("target/lib");
        if (!Files.isDirectory(library)) {
            throw new ServiceException(
                    Reason.NOT_BUILT,
                    "No jars in " + library + ". Build them: mvn -DskipTests package -pl infra/dist/" + distribution);
        }
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(options);
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Dlog4j2.configurationFile=" + configuration.resolve(LOGGING));
        command.addAll(List.of("-cp", library + "/*", mainClass));
        command.addAll(arguments);
        return command;
    }

    static void writeLogging(Path configuration) throws IOException {
        Files.createDirectories(configuration);
        try (InputStream settings = JavaProgram.class.getResourceAsStream(LOGGING)) {
            Files.copy(
                    Objects.requireNonNull(settings),
                    configuration.resolve(LOGGING),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }
}

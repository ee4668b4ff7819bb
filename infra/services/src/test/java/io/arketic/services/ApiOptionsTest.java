package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiOptionsTest {

    /** Prints the nice value of a thread of the lowest priority, as Linux has it. */
    static final class Niceness {

        public static void main(String[] arguments) throws InterruptedException {
            Thread thread = new Thread(() -> {
                try {
                    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
                    System.out.print(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
            thread.join();
        }
    }

    @Test
    void aThreadOfTheLowestPriorityYieldsToTheOthers() throws Exception {
        List<String> command = new ArrayList<>(List.of(JavaProgram.java()));
        command.addAll(ApiOptions.VIRTUAL_MACHINE);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Niceness.class.getName()));
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).isZero();
        assertThat(said).isEqualTo("10");
    }
}

package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How the services of tests end, and which JVMs share them. */
class SharedServicesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A JVM of tests of another module. */
    static final class Module {
        public static void main(String[] arguments) {
            System.out.println(Fixtures.database().url());
        }
    }

    @Test
    void theServicesOfAKilledOwnerEndWithTheirChildren() throws Exception {
        Process owner = new ProcessBuilder("sleep", "1000").start();
        try {
            Path directory = TestDirectory.of(
                    TestRun.root(), ProcessIdentity.of(owner.pid()).orElseThrow());
            ServiceProcess service = start(directory);
            ProcessIdentity child = ProcessIdentity.of(Long.parseLong(
                            Files.readString(directory.resolve("child")).strip()))
                    .orElseThrow();

            owner.destroyForcibly();

            awaitGone(directory);
            assertThat(service.isAlive()).isFalse();
            assertThat(child.isAlive()).isFalse();
        } finally {
            owner.destroyForcibly();
        }
    }

    @Test
    void whatAKilledScriptLeavesIsClearedByTheNextRun() throws Exception {
        Process owner = new ProcessBuilder("sleep", "1000").start();
        Process next = new ProcessBuilder("sleep", "1000").start();
        try {
            Path left = TestDirectory.of(
                    TestRun.root(), ProcessIdentity.of(owner.pid()).orElseThrow());
            ServiceProcess service = start(left);
            ProcessIdentity script =
                    ProcessIdentity.read(left.resolve("watcher")).orElseThrow();
            ProcessHandle.of(script.pid()).orElseThrow().destroyForcibly();
            assertThat(ServiceProcess.await(() -> !script.isAlive(), PATIENCE)).isTrue();
            owner.destroyForcibly().waitFor();

            TestDirectory.of(TestRun.root(), ProcessIdentity.of(next.pid()).orElseThrow());

            assertThat(service.isAlive()).isFalse();
            assertThat(left).doesNotExist();
        } finally {
            owner.destroyForcibly();
            next.destroyForcibly();
        }
    }

    /** The shell stands for Maven: its command line names Maven's launcher, and it starts one JVM after the other. */
    @Test
    void theModulesOfOneMavenRunShareAServerThatEndsWithMaven() throws Exception {
        Process maven = new ProcessBuilder(
                        "sh",
                        "-c",
                        "\"$@\" && \"$@\"; true",
                        "org.codehaus.plexus.classworlds.launcher.Launcher",
                        JavaProgram.java(),
                        "-Xmx64m",
                        "-Darketic.root=" + TestRun.root(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Module.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Path directory = TestDirectory.of(
                    TestRun.root(), ProcessIdentity.of(maven.pid()).orElseThrow());
            String output = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(maven.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

            List<String> databases = output.lines().toList();
            assertThat(databases).as(output).hasSize(2).doesNotHaveDuplicates();
            Set<String> servers = databases.stream()
                    .map(url -> url.substring(0, url.lastIndexOf('/')))
                    .collect(Collectors.toSet());
            assertThat(servers).hasSize(1).doesNotContain(serverOfThisJvm());
            awaitGone(directory);
        } finally {
            maven.destroyForcibly();
        }
    }

    private static String serverOfThisJvm() {
        String url = Fixtures.database().url();
        return url.substring(0, url.lastIndexOf('/'));
    }

    private static ServiceProcess start(Path directory) throws InterruptedException {
        ServiceProcess service =
                ServiceProcess.start(Script.of(directory, "sleep 1000 & echo $! >child; touch ready; wait"), directory);
        service.awaitReady();
        return service;
    }

    private static void awaitGone(Path directory) throws InterruptedException {
        assertThat(ServiceProcess.await(() -> !Files.exists(directory), PATIENCE))
                .as(directory + " is deleted")
                .isTrue();
    }
}

package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.services.ServiceException.Reason;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessIT {

    @TempDir
    Path directory;

    @AfterEach
    void endWhatATestLeft() throws Exception {
        ServiceProcess.stopOthers(directory);
    }

    @Test
    void anOrderlyEndIsWaitedFor() throws Exception {
        ServiceProcess process =
                start("trap 'echo done >ended; exit 0' TERM; touch ready; while true; do sleep 0.05; done");
        process.stop();
        assertThat(directory.resolve("ended")).hasContent("done");
        assertThat(process.isAlive()).isFalse();
        assertThat(pidFile()).doesNotExist();
    }

    @Test
    void whatIgnoresTheSignalIsKilledWithItsChildren() throws Exception {
        ServiceProcess process = ServiceProcess.start(
                Script.of(directory, "trap '' TERM; sleep 1000 & echo $! >child; touch ready; wait")
                        .stoppingWithin(Duration.ofMillis(200)),
                directory);
        process.awaitReady();
        ProcessIdentity child = child();
        process.stop();
        assertThat(process.isAlive()).isFalse();
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void childrenOfADeadProcessAreEnded() throws Exception {
        ServiceProcess process = start("sleep 1000 & echo $! >child; touch ready; wait");
        ProcessIdentity child = child();
        ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
        ProcessHandle.of(process.pid()).ifPresent(handle -> handle.onExit().join());
        assertThat(child.isAlive()).isTrue();
        process.stop();
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void aLaterProcessWithTheSameNumberIsLeftAlone() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "1000").start();
        try {
            ProcessIdentity identity = ProcessIdentity.of(stranger.pid()).orElseThrow();
            Files.createDirectories(pidFile().getParent());
            Files.writeString(
                    pidFile(),
                    new ProcessIdentity(identity.pid(), identity.startTicks() - 1, identity.boot()).toString());
            assertThat(ServiceProcess.running(Script.of(directory, ""), directory))
                    .isEmpty();
            ServiceProcess.stop(Script.of(directory, ""), directory);
            assertThat(identity.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void aProcessIsFoundAgainAndItsSettingsAreTold() throws Exception {
        Script script = Script.of(directory, "touch ready; sleep 1000");
        ServiceProcess process = ServiceProcess.start(script, directory);
        process.awaitReady();
        ServiceProcess found = ServiceProcess.running(script, directory).orElseThrow();
        assertThat(found.pid()).isEqualTo(process.pid());
        assertThat(found.hasSettings(script)).isTrue();
        assertThat(found.hasSettings(Script.of(directory, "touch ready; sleep 2000")))
                .isFalse();
        assertThat(found.residentBytes().orElseThrow()).isPositive();
    }

    @Test
    void oneThatEndsShowsTheEndOfItsLog() throws Exception {
        ServiceProcess process = ServiceProcess.start(Script.of(directory, "echo the disk is full; exit 1"), directory);
        assertThatThrownBy(process::awaitReady)
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXITED))
                .hasMessageContaining("the disk is full");
    }

    @Test
    void oneThatDoesNotServeInTimeIsStopped() throws Exception {
        ServiceProcess process = ServiceProcess.start(
                Script.of(directory, "echo still thinking; sleep 1000").startingWithin(Duration.ofSeconds(2)),
                directory);
        assertThatThrownBy(process::awaitReady)
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_READY))
                .hasMessageContaining("within 2 s")
                .hasMessageContaining("still thinking");
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aPortInUseIsNamedWithTheVariableThatChangesIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Port port = new Port(taken.getLocalPort(), "ARKETIC_PORT_EXAMPLE");
            assertThatThrownBy(() -> ServiceProcess.start(
                            Script.of(directory, "touch ready").withPort(port), directory))
                    .isInstanceOfSatisfying(
                            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PORT_IN_USE))
                    .hasMessageContaining("Port " + port.number())
                    .hasMessageContaining("ARKETIC_PORT_EXAMPLE=");
            assertThat(pidFile()).doesNotExist();
        }
    }

    @Test
    void onlyAFewVariablesAreInherited() throws Exception {
        start("env >environment; touch ready; sleep 1000");
        assertThat(Files.readAllLines(directory.resolve("environment")))
                .anyMatch(line -> line.startsWith("PATH="))
                .allMatch(line -> line.matches("(PATH|HOME|LANG|LC_ALL|TZ|JAVA_HOME|TMPDIR|PWD|OLDPWD|SHLVL|_)=.*"));
    }

    @Test
    void theSupervisorStartsAgainWhatEnds() throws Exception {
        Script script = Script.of(directory, "echo once more; touch ready; sleep 1000");
        ServiceProcess first = ServiceProcess.start(script, directory);
        first.awaitReady();
        var supervisor = new Thread(() -> {
            try {
                Supervisor.supervise(java.util.List.of(script), directory);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        supervisor.start();
        try {
            first.kill();
            ServiceProcess.await(() -> ServiceProcess.running(script, directory).isPresent(), Duration.ofSeconds(60));
            ServiceProcess second = ServiceProcess.running(script, directory).orElseThrow();
            assertThat(second.pid()).isNotEqualTo(first.pid());
            second.awaitReady();
        } finally {
            supervisor.interrupt();
            supervisor.join();
        }
    }

    private ServiceProcess start(String script) throws InterruptedException {
        ServiceProcess process = ServiceProcess.start(Script.of(directory, script), directory);
        process.awaitReady();
        return process;
    }

    private ProcessIdentity child() throws Exception {
        return ProcessIdentity.of(Long.parseLong(
                        Files.readString(directory.resolve("child")).strip()))
                .orElseThrow();
    }

    private Path pidFile() {
        return directory.resolve("run/script.pid");
    }
}

package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.services.ServiceException.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlinkClusterIT {

    @Test
    void anEmptyClusterAnswersAndComesBackAfterKills() throws Exception {
        try (FlinkCluster cluster = Fixtures.flink(Map.of("ARKETIC_EXAMPLE", "value"))) {
            FlinkRest rest = cluster.rest();
            assertThat(rest.overview()).isEqualTo(new FlinkRest.Overview(1, 5, 5));
            assertThat(rest.jobs()).isEmpty();
            assertThat(environment(cluster.taskManagerPid())).contains("ARKETIC_EXAMPLE=value");

            cluster.killTaskManager();
            cluster.startTaskManager();
            cluster.killJobManager();
            assertThatThrownBy(rest::overview)
                    .isInstanceOfSatisfying(
                            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_READY));
            cluster.startJobManager();
            assertThat(rest.jobs()).isEmpty();
        }
    }

    @Test
    void flinksOwnRefusalsAreTold() throws Exception {
        try (FlinkCluster cluster = Fixtures.flink(Map.of())) {
            assertThatThrownBy(() -> cluster.rest().run("absent.jar", "Main", List.of()))
                    .isInstanceOfSatisfying(
                            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
                    .hasMessageContaining("absent.jar");
            assertThatThrownBy(() -> cluster.rest().job("00000000000000000000000000000000"))
                    .isInstanceOfSatisfying(
                            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
        }
    }

    private static List<String> environment(long pid) throws Exception {
        return List.of(java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + pid + "/environ"))
                .split("\0", -1));
    }
}

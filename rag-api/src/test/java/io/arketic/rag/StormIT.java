package io.arketic.rag;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Sends generated requests to every operation of the OpenAPI document of the running server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StormIT {

    private RunningApi api;
    private List<ApiOperation> operations;

    @BeforeAll
    void start() {
        api = RunningApi.shared(AttackSettings.SETTINGS);
        operations = ApiOperation.all(api.client().get("/openapi").body());
    }

    @TestFactory
    Stream<DynamicTest> noRequestMakesTheServerFail() {
        BodyForge forge = new BodyForge(11);
        RequestStorm storm = new RequestStorm(() -> TenantWorld.make(api.client(), operations, forge));
        return operations.stream()
                .map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> storm.run(operation)));
    }
}

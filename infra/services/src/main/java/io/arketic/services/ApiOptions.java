package io.arketic.services;

import java.util.List;
import java.util.Map;

/** How a process of the API is started, as its image does it, too. */
public final class ApiOptions {

    /** What is not heap is bounded as well, and what the native heap has free goes back to the system each half minute. */
    public static final List<String> VIRTUAL_MACHINE = List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=256m",
            "-XX:MaxDirectMemorySize=128m",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:TrimNativeHeapInterval=30000",
            "-XX:+ExitOnOutOfMemoryError");

    /** As many arenas as there are threads would each keep what they once held. */
    public static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2");

    private ApiOptions() {}
}

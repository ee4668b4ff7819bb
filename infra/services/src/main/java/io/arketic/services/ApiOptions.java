package io.arketic.services;

import java.util.List;
import java.util.Map;

/** Lists the options that start an API process, here and in its image. */
public final class ApiOptions {

    /**
     * Limits memory beside the heap, and releases free memory of the native heap each half minute. Threads of the lowest
     * priority, which embed passages, get nice 10. Linux allows every user to lower a priority; the warning of the JVM
     * that denies it is off.
     */
    public static final List<String> VIRTUAL_MACHINE = List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=256m",
            "-XX:MaxDirectMemorySize=128m",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:TrimNativeHeapInterval=30000",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-PrintWarnings",
            "-XX:ThreadPriorityPolicy=1",
            "-XX:JavaPriority1_To_OSPriority=10");

    /** Limits malloc's arenas: with one for each thread, each would keep the memory that it once held. */
    public static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2");

    private ApiOptions() {}
}

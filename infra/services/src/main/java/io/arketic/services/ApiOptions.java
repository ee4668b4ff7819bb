package io.arketic.services;

import java.util.List;
import java.util.Map;

/** Lists the options that start an API process, here and in its image. */
public final class ApiOptions {

    /** Limits memory beside the heap, and releases free memory of the native heap each half minute. */
    public static final List<String> VIRTUAL_MACHINE = List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=256m",
            "-XX:MaxDirectMemorySize=128m",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:TrimNativeHeapInterval=30000",
            "-XX:+ExitOnOutOfMemoryError");

    /** Limits malloc's arenas: with one for each thread, each would keep the memory that it once held. */
    public static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2");

    private ApiOptions() {}
}

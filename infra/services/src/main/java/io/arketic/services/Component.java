package io.arketic.services;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A program of the stack: what it needs on disk, how it is started, and how one knows that it serves. */
interface Component {

    /** Names its log and its process file; unique within a stack. */
    String name();

    /** What it listens on. All of it is on the loopback address. */
    List<Port> ports();

    /** Makes its directories and configuration. On repeat it keeps the data that is there. */
    void prepare() throws IOException, InterruptedException;

    List<String> command();

    /** Added to the few variables that every component gets; nothing else is inherited. */
    default Map<String, String> environment() {
        return Map.of();
    }

    /** Equal for two starts that would behave alike; asked after {@link #prepare}. */
    default String fingerprint() {
        return this + " " + command() + " " + new TreeMap<>(environment());
    }

    /** Whether it serves, asked of the program itself: an open port is not yet a service. An exception means no. */
    boolean isReady() throws Exception;

    default Duration startsWithin() {
        return Duration.ofSeconds(240);
    }

    /** The signal that asks for an orderly end. */
    default String stopSignal() {
        return "TERM";
    }

    /** How long an orderly end may take before the process is killed. */
    default Duration stopsWithin() {
        return Duration.ofSeconds(20);
    }
}

package io.arketic.services;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Describes a program of the stack: what it needs on disk, how it starts, and how to tell that it serves. */
interface Component {

    /** Names its log and its process file; unique within a stack. */
    String name();

    /** Lists the ports that it listens on, all on the loopback address. */
    List<Port> ports();

    /** Creates its directories and configuration. On repeat it keeps the data. */
    void prepare() throws IOException, InterruptedException;

    List<String> command();

    /** Returns variables in addition to the few that every component gets; it inherits no others. */
    default Map<String, String> environment() {
        return Map.of();
    }

    /** Returns equal values for two starts with the same behaviour; call it after {@link #prepare}. */
    default String fingerprint() {
        return this + " " + command() + " " + new TreeMap<>(environment());
    }

    /** Asks the program itself whether it serves: an open port is not yet a service. An exception means no. */
    boolean isReady() throws Exception;

    default Duration startsWithin() {
        return Duration.ofSeconds(240);
    }

    /** Returns the signal for an orderly end. */
    default String stopSignal() {
        return "TERM";
    }

    /** Limits the time of an orderly end before the process is killed. */
    default Duration stopsWithin() {
        return Duration.ofSeconds(20);
    }
}

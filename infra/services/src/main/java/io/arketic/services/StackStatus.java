package io.arketic.services;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Describes the running components of the local stack at one moment.
 *
 * @param supervised whether a process restarts components that end
 * @param components in the order in which they start
 */
public record StackStatus(boolean supervised, List<ComponentStatus> components) {

    public StackStatus {
        components = List.copyOf(components);
    }

    public enum State {
        /** It answers. */
        SERVING,
        /** It lives but does not answer (yet). */
        STARTING,
        STOPPED
    }

    /**
     * @param name as {@code logs} takes it
     * @param ports on the loopback address; empty for one that serves through another
     * @param residentBytes memory of its process, without children; empty when stopped
     */
    public record ComponentStatus(
            String name, State state, OptionalLong pid, List<Integer> ports, OptionalLong residentBytes, Path log) {

        public ComponentStatus {
            ports = List.copyOf(ports);
        }

        static ComponentStatus of(Component component, Path directory) {
            Optional<ServiceProcess> process = ServiceProcess.running(component, directory);
            return new ComponentStatus(
                    component.name(),
                    process.isEmpty() ? State.STOPPED : isReady(component) ? State.SERVING : State.STARTING,
                    process.map(running -> OptionalLong.of(running.pid())).orElse(OptionalLong.empty()),
                    component.ports().stream().map(Port::number).toList(),
                    process.map(ServiceProcess::residentBytes).orElse(OptionalLong.empty()),
                    ServiceLog.of(directory, component.name()).file());
        }

        private static boolean isReady(Component component) {
            try {
                return component.isReady();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } catch (Exception e) {
                return false;
            }
        }
    }

    /** Returns whether every component answers. */
    public boolean isServing() {
        return components.stream().allMatch(component -> component.state() == State.SERVING);
    }

    /** Returns whether this component of the stack answers. */
    public boolean isServing(String name) {
        return components.stream()
                .anyMatch(component -> component.name().equals(name) && component.state() == State.SERVING);
    }

    /** Returns whether no component of the stack lives. */
    public boolean isStopped() {
        return !supervised && components.stream().allMatch(component -> component.state() == State.STOPPED);
    }
}

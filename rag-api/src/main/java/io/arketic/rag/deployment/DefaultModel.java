package io.arketic.rag.deployment;

/** Names the initial model of new organizations and users. */
public interface DefaultModel {

    String id();

    /**
     * Returns the displayed name of a stored default: if no endpoint serves the deployment's own, the model that
     * answers instead.
     */
    String shown(String stored);
}

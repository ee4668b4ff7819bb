package io.arketic.rag.deployment;

/** Names the initial model of new organizations and users. */
public interface DefaultModel {

    String id();

    /** Returns whether an endpoint serves this model, or it needs none. */
    boolean serves(String model);

    /**
     * Returns the displayed name of a stored default: if no endpoint serves the deployment's own, the model that
     * answers instead.
     */
    String shown(String stored);
}

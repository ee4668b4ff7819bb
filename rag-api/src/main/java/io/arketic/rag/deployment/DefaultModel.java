package io.arketic.rag.deployment;

/** The model that new organizations and users begin with. */
public interface DefaultModel {

    String id();

    /** What a user is told of a stored default: where nothing serves the deployment's own, the model that answers instead. */
    String shown(String stored);
}

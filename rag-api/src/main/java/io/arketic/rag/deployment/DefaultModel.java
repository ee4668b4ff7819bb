package io.arketic.rag.deployment;

/** The model that new organizations and users begin with. */
public interface DefaultModel {

    String id();
}

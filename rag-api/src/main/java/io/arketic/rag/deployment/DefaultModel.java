package io.arketic.rag.deployment;

/** The model that new organizations and users begin with: one that answers in this deployment. */
public interface DefaultModel {

    String id();
}

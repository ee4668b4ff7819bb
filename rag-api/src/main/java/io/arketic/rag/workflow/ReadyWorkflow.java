package io.arketic.rag.workflow;

import java.util.Map;

/**
 * A workflow to begin with.
 *
 * @param definition valid once the entries of its {@code input} are filled in
 */
record ReadyWorkflow(String key, String name, String description, Map<String, Object> definition) {}

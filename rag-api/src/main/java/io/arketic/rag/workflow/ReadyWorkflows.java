package io.arketic.rag.workflow;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Ready workflows, which come with the application as YAML. */
@Component
class ReadyWorkflows {

    private static final List<String> KEYS = List.of(
            "nightly-reindex", "ingest-failure-digest", "weekly-summary", "publishing-approval", "question-of-the-day");

    private final List<ReadyWorkflow> all;

    ReadyWorkflows() {
        this.all = KEYS.stream().map(ReadyWorkflows::read).toList();
    }

    List<ReadyWorkflow> all() {
        return all;
    }

    private static ReadyWorkflow read(String key) {
        try (InputStream file =
                Objects.requireNonNull(ReadyWorkflows.class.getResourceAsStream("/workflows/" + key + ".yaml"), key)) {
            WorkflowYaml.Imported workflow = WorkflowYaml.read(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            return new ReadyWorkflow(
                    key, workflow.name(), String.valueOf(workflow.description()), workflow.definition());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package io.arketic.rag.work;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /operations/work}: the work in the background of all processes. */
@RestController
@RequestMapping("/api/v1/operations/work")
@Tag(name = "Operations")
class WorkController {

    /** Lists the work in the background. */
    record Work(List<WorkTask> tasks, List<WorkQueue> queues) {

        Work {
            tasks = List.copyOf(tasks);
            queues = List.copyOf(queues);
        }
    }

    private final WorkSchedule schedule;

    WorkController(WorkSchedule schedule) {
        this.schedule = schedule;
    }

    @Requires(Permission.OPERATIONS_READ)
    @GetMapping
    @Operation(
            summary = "See the work in the background",
            description = "Repeated tasks, each run by one process at a time, and queues of single pieces of work.")
    Work get() {
        return new Work(schedule.tasks(), schedule.queues());
    }
}

/** Drives runs of workflows: each step is a task in the database, and any number of processes take the tasks. */
@NullMarked
package io.arketic.rag.run;

import org.jspecify.annotations.NullMarked;

/** Runs of workflows: kept in the database, and driven from there by any number of processes. */
@NullMarked
package io.arketic.rag.execution;

import org.jspecify.annotations.NullMarked;

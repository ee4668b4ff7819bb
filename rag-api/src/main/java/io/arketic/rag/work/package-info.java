/** Runs the work in the background: in one process at a time, and again after a failure or a crash. */
@NullMarked
package io.arketic.rag.work;

import org.jspecify.annotations.NullMarked;

/** Operations on runs of workflows: start, watch, pause, cancel, repeat and try. */
@NullMarked
package io.arketic.rag.execution;

import org.jspecify.annotations.NullMarked;

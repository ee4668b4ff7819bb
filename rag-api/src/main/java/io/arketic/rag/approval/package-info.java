/** Asks members to approve a step of a run, and stores their decisions. */
@NullMarked
package io.arketic.rag.approval;

import org.jspecify.annotations.NullMarked;

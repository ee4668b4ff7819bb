/** Starts workflows by schedules, by events of the organization, and by webhooks. */
@NullMarked
package io.arketic.rag.trigger;

import org.jspecify.annotations.NullMarked;

/** What starts workflows: times, events of the organization, and calls from outside. */
@NullMarked
package io.arketic.rag.trigger;

import org.jspecify.annotations.NullMarked;

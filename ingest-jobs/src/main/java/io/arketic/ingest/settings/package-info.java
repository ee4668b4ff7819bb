/** What the jobs are told by their environment, and the topics that they use. */
@NullMarked
package io.arketic.ingest.settings;

import org.jspecify.annotations.NullMarked;

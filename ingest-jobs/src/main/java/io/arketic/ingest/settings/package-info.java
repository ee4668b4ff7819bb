/** Holds the settings of the jobs and the topics that they use. */
@NullMarked
package io.arketic.ingest.settings;

import org.jspecify.annotations.NullMarked;

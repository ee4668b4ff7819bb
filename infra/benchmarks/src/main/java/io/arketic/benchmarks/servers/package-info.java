/** Stands for the language models and stores that the measured API calls. */
@NullMarked
package io.arketic.benchmarks.servers;

import org.jspecify.annotations.NullMarked;

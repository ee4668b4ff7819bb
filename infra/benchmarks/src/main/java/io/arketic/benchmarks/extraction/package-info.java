/** Measures the extraction of text: what is found, how fast, and in how much memory. */
@NullMarked
package io.arketic.benchmarks.extraction;

import org.jspecify.annotations.NullMarked;

/** Runs judged questions: compares the search of a knowledge base with the last run and between generations. */
@NullMarked
package io.arketic.cli.evaluate;

import org.jspecify.annotations.NullMarked;

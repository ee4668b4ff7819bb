/** Judged questions: what a knowledge base finds, against the last run and between generations. */
@NullMarked
package io.arketic.cli.evaluate;

import org.jspecify.annotations.NullMarked;

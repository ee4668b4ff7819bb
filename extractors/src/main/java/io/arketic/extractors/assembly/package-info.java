/** Assembles text of every format: paragraphs, headings, tables, and their limits. */
@NullMarked
package io.arketic.extractors.assembly;

import org.jspecify.annotations.NullMarked;

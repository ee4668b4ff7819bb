/** Text as it is put together, whatever its format: paragraphs, headings, tables, and their bounds. */
@NullMarked
package io.arketic.extractors.assembly;

import org.jspecify.annotations.NullMarked;

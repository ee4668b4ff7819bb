/** Reads plain text: encodings, tables, JSON, Markdown, logs, LaTeX. */
@NullMarked
package io.arketic.extractors.text;

import org.jspecify.annotations.NullMarked;

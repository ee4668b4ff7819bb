/** Reads PDF (lines, columns, forms) and pictures of text. */
@NullMarked
package io.arketic.extractors.pdf;

import org.jspecify.annotations.NullMarked;

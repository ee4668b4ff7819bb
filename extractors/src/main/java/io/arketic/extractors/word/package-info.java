/** Reads word processing files: DOCX, DOC and RTF. */
@NullMarked
package io.arketic.extractors.word;

import org.jspecify.annotations.NullMarked;

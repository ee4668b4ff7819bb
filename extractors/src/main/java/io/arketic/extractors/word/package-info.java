/** Word processing: DOCX, DOC and RTF. */
@NullMarked
package io.arketic.extractors.word;

import org.jspecify.annotations.NullMarked;

/** Reads OpenDocument: texts, sheets and slides. */
@NullMarked
package io.arketic.extractors.opendocument;

import org.jspecify.annotations.NullMarked;

/** Reads structure from XHTML events. */
@NullMarked
package io.arketic.extractors.structure;

import org.jspecify.annotations.NullMarked;

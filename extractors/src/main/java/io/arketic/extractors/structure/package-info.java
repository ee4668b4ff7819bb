/** The structure that XHTML events tell of. */
@NullMarked
package io.arketic.extractors.structure;

import org.jspecify.annotations.NullMarked;

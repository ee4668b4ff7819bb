/** Reads HTML, EPUB, JATS and DocBook. */
@NullMarked
package io.arketic.extractors.markup;

import org.jspecify.annotations.NullMarked;

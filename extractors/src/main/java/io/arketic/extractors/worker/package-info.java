/** Runs inside a parser process, the only place that uses Tika, PDFBox and POI. */
@NullMarked
package io.arketic.extractors.worker;

import org.jspecify.annotations.NullMarked;

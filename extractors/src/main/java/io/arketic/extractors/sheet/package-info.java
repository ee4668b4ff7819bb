/** Reads spreadsheets: XLSX and XLS. */
@NullMarked
package io.arketic.extractors.sheet;

import org.jspecify.annotations.NullMarked;

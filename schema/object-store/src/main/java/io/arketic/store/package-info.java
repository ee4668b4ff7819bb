/** Reads and writes objects of a store that speaks S3. No other package calls the client of the store. */
@NullMarked
package io.arketic.store;

import org.jspecify.annotations.NullMarked;

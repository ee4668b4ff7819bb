/** Reads the store's notifications from Kafka, which may be away for any time. */
@NullMarked
package io.arketic.ingest.notification;

import org.jspecify.annotations.NullMarked;

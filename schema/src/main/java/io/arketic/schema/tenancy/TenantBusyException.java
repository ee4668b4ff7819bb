package io.arketic.schema.tenancy;

import java.sql.SQLTransientConnectionException;
import java.time.Duration;

/** Says that a tenant's other transactions held its share of the connections for too long. Nothing was done. */
public final class TenantBusyException extends SQLTransientConnectionException {

    private static final long serialVersionUID = 1;

    TenantBusyException(Duration waited) {
        super("The tenant's other transactions held its share of the connections for " + waited.toSeconds() + " s");
    }
}

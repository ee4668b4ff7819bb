package io.arketic.schema.search;

import io.arketic.schema.generation.LargeGenerations;
import java.sql.SQLException;

/** Tests that filters leave the same of a large generation as of a small one. */
class IndexedSearchFilterIT extends SearchFilterIT {

    @Override
    void prepare() throws SQLException {
        new LargeGenerations(migrated.maintenance()).run(1);
    }
}

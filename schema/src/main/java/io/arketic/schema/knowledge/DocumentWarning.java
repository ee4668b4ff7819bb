package io.arketic.schema.knowledge;

import io.arketic.schema.ledger.LedgerRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Describes a part of a document's file that gave no text.
 *
 * @param kind in capital letters, for example {@code PAGE_WITHOUT_TEXT}
 * @param page counts from 1; null where the place has none
 * @param place name of the part; empty where the page says all
 */
public record DocumentWarning(String kind, @Nullable Integer page, String place) {

    /** Computes the column's value from three parameters, set by {@link #bind}; it is null without warnings. */
    static final String STORED = """
            (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', w.kind, 'page', w.page, 'place', w.place))
                order by w.ordinal)
             from unnest(?::text[], ?::integer[], ?::text[]) with ordinality as w (kind, page, place, ordinal))""";

    /** Sets the parameters of {@link #STORED}; returns the next one's number. */
    static int bind(List<DocumentWarning> warnings, Connection connection, PreparedStatement statement, int from)
            throws SQLException {
        Object[] kinds = warnings.stream().map(DocumentWarning::kind).toArray();
        Object[] pages = warnings.stream().map(DocumentWarning::page).toArray();
        Object[] places = warnings.stream()
                .map(warning -> LedgerRows.storable(warning.place()))
                .toArray();
        statement.setArray(from, connection.createArrayOf("text", kinds));
        statement.setArray(from + 1, connection.createArrayOf("integer", pages));
        statement.setArray(from + 2, connection.createArrayOf("text", places));
        return from + 3;
    }
}

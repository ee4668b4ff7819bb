package io.arketic.rag.problem;

import io.arketic.schema.tenancy.OrganizationLimit;
import io.arketic.schema.tenancy.TenantBusyException;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Translates a failure of the database for a caller. Only what may succeed later is called temporary. */
public final class DatabaseProblem {

    private static final Logger log = LoggerFactory.getLogger(DatabaseProblem.class);
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);
    private static final String DATA_EXCEPTION = "22";
    private static final String FOREIGN_KEY = "23503";
    private static final String UNIQUE = "23505";
    private static final String NOT_ALLOWED = "42501";

    /** Names the function in which PostgreSQL refuses a row that its policies do not allow. */
    private static final String POLICY_CHECK = "ExecWithCheckOptions";

    private DatabaseProblem() {}

    /** Returns the same as {@link #of}, in a text that others than the caller may read. */
    public static ProblemException forOthers(Throwable failure) {
        return OrganizationLimit.refusing(failure)
                        .filter(OrganizationLimit.USAGE_CAP::equals)
                        .isPresent()
                ? LimitReached.withoutNumbers(failure)
                : of(failure);
    }

    public static ProblemException of(Throwable failure) {
        Optional<ProblemException> limit =
                OrganizationLimit.refusing(failure).map(reached -> LimitReached.problem(reached, failure));
        if (limit.isPresent()) {
            return limit.get();
        }
        SQLException cause = cause(failure);
        if (cause instanceof TenantBusyException) {
            log.info("{}", cause.getMessage());
            return ProblemException.tooManyRequests("Too many requests of the organization are under way.", COME_AGAIN);
        }
        if (cause == null || TenantDatabase.isTransient(cause)) {
            log.error("The database failed", failure);
            return new ProblemException(ProblemReason.DATABASE_UNAVAILABLE, "Try again later.", failure);
        }
        String state = String.valueOf(cause.getSQLState());
        if (state.startsWith(DATA_EXCEPTION)) {
            log.warn("The database refused a value", failure);
            return new ProblemException(
                    ProblemReason.INVALID_INPUT, "A text contains characters that cannot be stored, such as U+0000.");
        }
        if (state.equals(NOT_ALLOWED) && refusedByPolicy(cause)) {
            log.info("What a request writes to has gone meanwhile: {}", cause.getMessage());
            return ProblemException.notFound("resource any longer");
        }
        if (state.equals(FOREIGN_KEY) || state.equals(UNIQUE)) {
            log.info("What a request refers to has changed meanwhile: {}", cause.getMessage());
            return new ProblemException(
                    ProblemReason.CONFLICT, "A referenced row has changed meanwhile; read it again.");
        }
        log.error("The database refused a statement", failure);
        return new ProblemException(
                ProblemReason.INTERNAL, "The failure has been logged under this request's id.", failure);
    }

    private static boolean refusedByPolicy(SQLException failure) {
        ServerErrorMessage said = failure instanceof PSQLException refusal ? refusal.getServerErrorMessage() : null;
        return said != null && POLICY_CHECK.equals(said.getRoutine());
    }

    private static @Nullable SQLException cause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException database) {
                return database;
            }
        }
        return null;
    }
}

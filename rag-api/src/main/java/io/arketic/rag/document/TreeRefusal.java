package io.arketic.rag.document;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.dao.DataAccessException;

/** Translates the database's refusals of a place in the tree, as migrations {@code V100} and {@code V153} list them. */
final class TreeRefusal {

    private static final String NAME_INDEX = "uq_document_place_name";

    private TreeRefusal() {}

    /** Runs {@code work}; a refusal of the tree becomes its problem, and all other failures stay unchanged. */
    static <T> T translating(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException failure) {
            SQLException cause = cause(failure);
            ProblemException problem = cause == null ? null : problem(String.valueOf(cause.getSQLState()));
            throw problem == null ? failure : problem;
        }
    }

    /** Returns whether the name is in use at the document's new place. */
    static boolean isNameTaken(DataAccessException failure) {
        ServerErrorMessage said =
                cause(failure) instanceof PSQLException refusal ? refusal.getServerErrorMessage() : null;
        return said != null && NAME_INDEX.equals(said.getConstraint());
    }

    /** A right to a document that does not suffice. */
    static ProblemException noRight() {
        return new ProblemException(ProblemReason.FORBIDDEN, "Your right to the document does not allow this.");
    }

    private static @Nullable ProblemException problem(String state) {
        return switch (state) {
            case "DR001" -> ProblemException.notFound("folder");
            case "DR002" ->
                new ProblemException(ProblemReason.FORBIDDEN, "A private folder holds documents of its owner only.");
            case "DR003" ->
                new ProblemException(
                        ProblemReason.FOLDER_TOO_DEEP,
                        "Folders have at most 64 levels, and paths at most 1000 characters.");
            case "DR004" -> new ProblemException(ProblemReason.FOLDER_IN_ITSELF, "Choose a folder outside of it.");
            case "DR005" -> new ProblemException(ProblemReason.IN_TRASH, "The folder is in the trash.");
            case "DR006" -> noRight();
            case "DR007" ->
                new ProblemException(ProblemReason.CONFLICT, "A private folder contains documents of its owner only.");
            case "DR008" ->
                new ProblemException(
                        ProblemReason.CONFLICT, "You would lose the document; stay on its list with share.");
            case "DR009" ->
                ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "shares", "must name members and groups of the organization");
            default -> null;
        };
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

package io.arketic.rag.chat;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.model.AnswerBroken;
import io.arketic.rag.model.ChatProperties;
import io.arketic.rag.model.MediaModels;
import io.arketic.rag.model.MediaModels.Description;
import io.arketic.rag.model.Usage;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.AiWork;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Has captions of pictures and transcripts of sound made by models, and stores them with their files. */
@Component
class FileDescriptions {

    /** Limits how long a reservation outlives the call. */
    private static final Duration RESERVED = Duration.ofMinutes(5);

    private final ChatFiles files;
    private final MediaModels models;
    private final AiAllowance allowance;
    private final Transactions transactions;
    private final ChatProperties prices;
    private final Identifiers identifiers;

    FileDescriptions(
            ChatFiles files,
            MediaModels models,
            AiAllowance allowance,
            Transactions transactions,
            ChatProperties prices,
            Identifiers identifiers) {
        this.prices = prices;
        this.identifiers = identifiers;
        this.files = files;
        this.models = models;
        this.allowance = allowance;
        this.transactions = transactions;
    }

    /**
     * Describes the file of a message. It is charged as a question, also where the model fails. Of several calls at once, one
     * is made and charged.
     *
     * @param again whether to replace a stored description, which is returned otherwise
     * @throws ProblemException when no model describes such a file, another call describes it, or its organization has no
     *     request left
     */
    ChatMessage describe(MessageAccess access, ChatFile file, boolean again, Cancellation cancellation) {
        if (!again && file.description() != null) {
            return access.message();
        }
        boolean picture = access.message().messageType().equals("image");
        boolean sound = access.message().messageType().equals("audio");
        if (!(picture && models.seesPictures()) && !(sound && models.hearsSpeech())) {
            throw new ProblemException(
                    ProblemReason.CONFLICT,
                    picture || sound
                            ? "This deployment has no model that describes such a file."
                            : "Only pictures and sound are described.");
        }
        if (file.fileSize() > MediaModels.LARGEST) {
            throw new ProblemException(
                    ProblemReason.TOO_LARGE, "Only files of at most " + MediaModels.LARGEST + " bytes are described.");
        }
        byte[] bytes = bytes(access);
        String model = models.model(picture);
        Usage most = prices.input(model, MediaModels.MOST_EXPECTED);
        AiWork work = new AiWork(
                identifiers.next(),
                model,
                List.of(),
                most.total(),
                most.cost(),
                models.timeout().plus(RESERVED));
        UUID message = access.message().id();
        allowance.charged(access.chat().membership(), work, sql -> claimed(sql, message, again, work.longest()));
        Description made;
        try {
            made = picture
                    ? models.caption(bytes, file.mediaType(), cancellation)
                    : models.transcript(bytes, file.mediaType(), MediaKind.extension(file.mediaType()), cancellation);
        } catch (AnswerBroken broken) {
            failed(access, work, prices.priced(model, broken.usage()));
            throw broken.problem();
        } catch (RuntimeException failed) {
            failed(access, work, Usage.NONE);
            throw failed;
        }
        return transactions.run(access.chat().membership().context(), sql -> {
            allowance.settle(sql, work.id(), null, prices.priced(model, made.tokens()));
            sql.sql("UPDATE chat_files SET description = :text, describing_until = NULL WHERE message_id = :message")
                    .param("text", made.text())
                    .param("message", message)
                    .update();
            return MessageRows.one(sql, message);
        });
    }

    private void failed(MessageAccess access, AiWork work, Usage used) {
        transactions.execute(access.chat().membership().context(), sql -> {
            allowance.settle(sql, work.id(), null, used);
            release(sql, access.message().id());
        });
    }

    /** Claims the file in the commit of the charge; another call's claim ends with its reservation, if its process stopped. */
    private static boolean claimed(JdbcClient sql, UUID message, boolean again, Duration longest) {
        int claimed = sql.sql("""
                        UPDATE chat_files SET describing_until = now() + CAST(:seconds || ' seconds' AS interval)
                        WHERE message_id = :message AND (:again OR description IS NULL)
                          AND (describing_until IS NULL OR describing_until < now())""")
                .param("seconds", longest.toSeconds())
                .param("message", message)
                .param("again", again)
                .update();
        if (claimed == 0) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "Another call describes the file. Read the message a little later.");
        }
        return true;
    }

    private static void release(JdbcClient sql, UUID message) {
        sql.sql("UPDATE chat_files SET describing_until = NULL WHERE message_id = :message")
                .param("message", message)
                .update();
    }

    private byte[] bytes(MessageAccess access) {
        StoredObject object = files.read(access);
        try (InputStream in = object.bytes()) {
            return in.readNBytes(MediaModels.LARGEST);
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.STORE_UNAVAILABLE, "The file could not be read.", broken);
        }
    }
}

package io.arketic.rag.chat;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
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
import org.springframework.stereotype.Component;

/** Has captions of pictures and transcripts of sound made by models, and stores them with their files. */
@Component
class FileDescriptions {

    /** Is how long a reservation outlives the call. */
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
     * Describes the file of a message, which replaces an earlier description. It is charged as a question, also where the
     * model fails.
     *
     * @throws ProblemException when no model describes such a file, or its organization has no request left
     */
    ChatMessage describe(MessageAccess access, ChatFile file, Cancellation cancellation) {
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
        allowance.charged(access.chat().membership(), work, sql -> true);
        Description made;
        try {
            made = picture
                    ? models.caption(bytes, file.mediaType(), cancellation)
                    : models.transcript(bytes, file.mediaType(), MediaKind.extension(file.mediaType()), cancellation);
        } catch (ProblemException failed) {
            transactions.execute(
                    access.chat().membership().context(), sql -> allowance.settle(sql, work.id(), null, Usage.NONE));
            throw failed;
        }
        return transactions.run(access.chat().membership().context(), sql -> {
            allowance.settle(sql, work.id(), null, prices.input(model, made.tokens()));
            sql.sql("UPDATE chat_files SET description = :text WHERE message_id = :message")
                    .param("text", made.text())
                    .param("message", access.message().id())
                    .update();
            return MessageRows.one(sql, access.message().id());
        });
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

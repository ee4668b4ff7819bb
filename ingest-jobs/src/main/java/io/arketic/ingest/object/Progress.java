package io.arketic.ingest.object;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.object.IngestOutcome.End;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.ledger.ObjectLook;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sums the costs of one object so far, and holds what the last look at it found. Used by one thread. */
final class Progress {

    private final ObjectEvent event;
    private long bytes;
    private long characters;
    private int chunks;
    private int known;
    private String warnings = "";
    private Duration fetch = Duration.ZERO;
    private Duration extract = Duration.ZERO;
    private Duration embed = Duration.ZERO;
    private Duration write = Duration.ZERO;
    private Duration parserWait = Duration.ZERO;
    private Duration textWait = Duration.ZERO;
    private @Nullable ObjectLook look;
    private Optional<ObjectVersion> held = Optional.empty();

    Progress(ObjectEvent event) {
        this.event = event;
    }

    /** Records what the database and the store answered. */
    void found(ObjectLook latest, Optional<ObjectVersion> version) {
        look = latest;
        held = version;
    }

    /** Returns the last look; null until the store has answered. */
    @Nullable
    ObjectLook look() {
        return look;
    }

    /** Returns what the store held at that look. */
    Optional<ObjectVersion> held() {
        return held;
    }

    void gotParser(long startNanos) {
        parserWait = parserWait.plus(since(startNanos));
    }

    void gotRoom(long startNanos) {
        textWait = textWait.plus(since(startNanos));
    }

    void fetched(long startNanos, long size) {
        fetch = fetch.plus(since(startNanos));
        bytes += size;
    }

    void extracted(long startNanos, ExtractedDocument document) {
        extract = extract.plus(since(startNanos));
        characters += document.text().length();
        warnings = document.warnings().stream()
                .map(warning -> warning.kind().name())
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** Records the cutting into chunks as a part of extraction's time. */
    void cut(long startNanos) {
        extract = extract.plus(since(startNanos));
    }

    void embedded(long startNanos, List<EmbeddedChunk> made) {
        embed = embed.plus(since(startNanos));
        chunks += made.size();
        known += (int) made.stream().filter(EmbeddedChunk::known).count();
    }

    void written(long startNanos) {
        write = write.plus(since(startNanos));
    }

    StepTimes times() {
        return new StepTimes(extract, embed);
    }

    IngestOutcome ended(End end, @Nullable String reason) {
        return new IngestOutcome(
                event.bucket(),
                event.key(),
                end,
                reason,
                bytes,
                characters,
                chunks,
                known,
                warnings,
                fetch.toMillis(),
                extract.toMillis(),
                embed.toMillis(),
                write.toMillis(),
                parserWait.toMillis(),
                textWait.toMillis(),
                0);
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}

package io.arketic.extractors.worker;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.assembly.FailureMapping;
import io.arketic.extractors.assembly.LimitPassedException;
import io.arketic.extractors.assembly.MachineFailure;
import io.arketic.extractors.assembly.MemberBytes;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.pdf.Scans;
import io.arketic.extractors.protocol.Recognition;
import io.arketic.extractors.protocol.WorkerProtocol;
import io.arketic.extractors.protocol.WorkerProtocol.Answer;
import io.arketic.extractors.protocol.WorkerProtocol.Extracted;
import io.arketic.extractors.protocol.WorkerProtocol.Failed;
import io.arketic.extractors.protocol.WorkerProtocol.Undecided;
import io.arketic.extractors.structure.StructureHandler;
import io.arketic.extractors.text.UnknownText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.PasswordProvider;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** Reads one file to its end or to the reason for missing text. */
final class DocumentReader {

    private final ExtractLimits limits;
    private final List<String> passwords;
    private final AutoDetectParser parser;

    DocumentReader(ExtractLimits limits, List<String> passwords) {
        this.limits = limits;
        this.passwords = passwords;
        this.parser = ParserSet.create();
    }

    /**
     * Holds one attempt.
     *
     * @param tried whether files inside the file failed, and each password was tried on each that asked for one
     * @param damaged whether another file inside it may have got a wrong password
     */
    private record Attempt(Answer answer, boolean tried, boolean damaged) {

        Attempt(Answer answer) {
            this(answer, false, false);
        }

        /** Returns whether the file asks for a password that was not given. */
        boolean locked() {
            return !tried && answer instanceof Failed failed && failed.reason() == Reason.ENCRYPTED;
        }

        /** Returns whether the file was opened; some formats cannot distinguish a wrong password from damage. */
        boolean opened() {
            return !(answer instanceof Failed failed)
                    || failed.reason() == Reason.ENCRYPTED && tried && !damaged
                    || failed.reason() != Reason.ENCRYPTED && failed.reason() != Reason.CORRUPT;
        }
    }

    /** Reads a file without recognising the text of scans. */
    Answer read(Path file, String filename) {
        return read(
                file,
                filename,
                picture -> Recognition.none(Recognition.End.FAILED),
                "no recognition is asked for",
                List.of());
    }

    private interface Attempting {
        Attempt with(@Nullable String password);
    }

    /**
     * Tries the passwords in order on a file that needs one.
     *
     * @param lacks what is missing for the recognition of scans and pictures; null where nothing is
     * @param own passwords for this file only, tried last
     */
    Answer read(
            Path file,
            String filename,
            WorkerProtocol.Recognizer recognizer,
            @Nullable String lacks,
            List<String> own) {
        List<String> known = new ArrayList<>(passwords);
        known.addAll(own);
        Attempting attempt = password -> read(file, filename, password, known, recognizer, lacks);
        Attempt first = attempt.with(null);
        for (String password : first.locked() ? known : List.<String>of()) {
            Attempt next = attempt.with(password);
            if (next.opened()) {
                return next.answer();
            }
        }
        return first.answer() instanceof Failed failed && failed.reason() == Reason.ENCRYPTED
                ? new Failed(
                        Reason.ENCRYPTED, failed.detail() + "; none of " + known.size() + " known passwords opens it")
                : first.answer();
    }

    private Attempt read(
            Path file,
            String filename,
            @Nullable String password,
            List<String> known,
            WorkerProtocol.Recognizer recognizer,
            @Nullable String lacks) {
        Metadata metadata = new Metadata();
        metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, filename);
        TextAssembler out = new TextAssembler(limits.maxCharacters());
        out.places().nameWhole(filename);
        StructureHandler handler = new StructureHandler(out, metadata, true);
        ParseContext context = ParserSet.context(parser, out);
        Scans scans = new Scans(recognizer, lacks, out);
        context.set(Scans.class, scans);
        if (password != null) {
            context.set(PasswordProvider.class, ignored -> password);
        }
        MemberBytes bytes = new MemberBytes(out, file.toFile().length(), limits.maxFileBytes());
        InnerDocuments inner = new InnerDocuments(limits, out, parser, context, metadata, handler, bytes, file, known);
        context.set(EmbeddedDocumentExtractor.class, inner);
        Failed thrown = null;
        try (ReadableFile source = ReadableFile.of(file);
                TikaInputStream stream = TikaInputStream.get(source.path())) {
            parser.parse(stream, handler, metadata, context);
            handler.flush();
        } catch (TikaException | SAXException | IOException | RuntimeException | Error e) {
            MachineFailure machine = MachineFailure.in(e, file);
            if (machine != null) {
                return new Attempt(undecided(machine));
            }
            thrown = FailureMapping.of(e);
        }
        if (inner.machineFailure() != null) {
            return new Attempt(undecided(inner.machineFailure()));
        }
        LimitPassedException limit = out.passed();
        if (limit != null) {
            return new Attempt(FailureMapping.of(limit));
        }
        if (inner.failure() != null) {
            return ofMember(inner.failure(), inner);
        }
        if (thrown != null) {
            return new Attempt(thrown);
        }
        Failed only = inner.onlyFailure();
        return only != null ? ofMember(only, inner) : new Attempt(judge(out, scans, metadata));
    }

    private static Attempt ofMember(Failed failed, InnerDocuments inner) {
        return new Attempt(failed, !inner.hasUntried(), inner.hasDamaged());
    }

    private static Answer undecided(MachineFailure machine) {
        return new Undecided(String.valueOf(machine.getMessage()));
    }

    private static Answer judge(TextAssembler out, Scans scans, Metadata metadata) {
        String mediaType = Objects.requireNonNullElse(metadata.get(Metadata.CONTENT_TYPE), "application/octet-stream");
        String text = out.text();
        String missed = scans.missed();
        if (text.isBlank() && missed != null) {
            return new Failed(Reason.NEEDS_OCR, mediaType + " without text; " + missed);
        }
        if (text.isBlank()) {
            return isUnread(metadata)
                    ? new Failed(Reason.UNSUPPORTED_FORMAT, "no parser reads " + mediaType)
                    : new Failed(Reason.NO_TEXT, mediaType + " without text" + told(out));
        }
        return new Extracted(new ExtractedDocument(
                text, out.pages(), out.blocks(), MetadataReading.of(metadata, out), mediaType, out.warnings()));
    }

    /** Returns the kinds of failures, each once. */
    private static String told(TextAssembler out) {
        return out.warnings().stream()
                .map(warning -> "; " + warning.kind().name())
                .distinct()
                .collect(Collectors.joining());
    }

    private static boolean isUnread(Metadata metadata) {
        String[] parsers = metadata.getValues(TikaCoreProperties.TIKA_PARSED_BY);
        return parsers.length > 0 && parsers[parsers.length - 1].equals(UnknownText.class.getName());
    }
}

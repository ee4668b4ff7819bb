package io.arketic.extractors.worker;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.Warning;
import io.arketic.extractors.assembly.FailureMapping;
import io.arketic.extractors.assembly.LimitPassedException;
import io.arketic.extractors.assembly.MachineFailure;
import io.arketic.extractors.assembly.MemberBytes;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.protocol.WorkerProtocol.Failed;
import io.arketic.extractors.structure.StructureHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.commons.io.input.CloseShieldInputStream;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.PasswordProvider;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Reads the files inside a file (archive members, attachments, embedded objects) into the same text, each under its
 * name.
 *
 * <p>A damaged, encrypted or malicious member of an archive or a mail costs its own text only: a warning and a line of the
 * text name it by its path. The archive fails if no other member has text. An office document fails for an encrypted or
 * malicious object inside it.
 */
final class InnerDocuments implements EmbeddedDocumentExtractor {

    private final ExtractLimits limits;
    private final TextAssembler out;
    private final Parser parser;
    private final ParseContext context;
    private final MemberBytes bytes;
    private final Path file;
    private final List<String> passwords;
    private final Deque<Metadata> outer = new ArrayDeque<>();
    private final Deque<StructureHandler> handlers = new ArrayDeque<>();
    private int count;
    private @Nullable Failed failure;
    private @Nullable Failed unread;
    private int gaps;
    private int damaged;
    private int untried;
    private @Nullable MachineFailure machineFailure;

    InnerDocuments(
            ExtractLimits limits,
            TextAssembler out,
            Parser parser,
            ParseContext context,
            Metadata main,
            StructureHandler handler,
            MemberBytes bytes,
            Path file,
            List<String> passwords) {
        this.limits = limits;
        this.out = out;
        this.parser = parser;
        this.context = context;
        this.bytes = bytes;
        this.file = file;
        this.passwords = passwords;
        outer.push(main);
        handlers.push(handler);
    }

    /** Returns the failure of a member that fails the whole file. */
    @Nullable
    Failed failure() {
        return failure;
    }

    /** Returns the failure of the first unreadable member if nothing else in the file has text. */
    @Nullable
    Failed onlyFailure() {
        long written = out.blocks().stream()
                .filter(block -> block.type() != BlockType.FILE)
                .count();
        return written == gaps ? unread : null;
    }

    /**
     * Returns whether a member asked for a password and could not be tried with each: the archive around it is encrypted,
     * or its parser gave no bytes of it.
     */
    boolean hasUntried() {
        return untried > 0;
    }

    /** Returns whether a member of an archive or a mail was damaged, or decrypted with a wrong password. */
    boolean hasDamaged() {
        return damaged > 0;
    }

    /** Returns the machine's failure that prevented the reading of a member. */
    @Nullable
    MachineFailure machineFailure() {
        return machineFailure;
    }

    @Override
    public boolean shouldParseEmbedded(Metadata metadata) {
        return !TikaCoreProperties.EmbeddedResourceType.THUMBNAIL
                .toString()
                .equals(metadata.get(TikaCoreProperties.EMBEDDED_RESOURCE_TYPE));
    }

    @Override
    public void parseEmbedded(InputStream stream, ContentHandler handler, Metadata metadata, boolean outputHtml)
            throws SAXException, IOException {
        String name = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY);
        refuseBeyondLimits(name);
        handlers.element().flush();
        out.closeBlock();
        out.places().enter(name);
        outer.push(metadata);
        int depth = handlers.size();
        try (TemporaryResources temporary = new TemporaryResources()) {
            read(opened(stream, temporary, metadata), metadata);
        } catch (TikaException | SAXException | IOException | RuntimeException | Error e) {
            judge(e, name, metadata);
        } finally {
            out.closeBlock();
            out.places().leave();
            outer.pop();
            while (handlers.size() > depth) {
                handlers.pop();
            }
        }
    }

    /** Holds what the reading of a member may change, for another reading of it. */
    private record State(
            TextAssembler.Mark text,
            int count,
            @Nullable Failed failure,
            @Nullable Failed unread,
            int gaps,
            int damaged,
            int untried) {}

    private State state() {
        return new State(out.mark(), count, failure, unread, gaps, damaged, untried);
    }

    private void returnTo(State state) {
        out.returnTo(state.text());
        count = state.count();
        failure = state.failure();
        unread = state.unread();
        gaps = state.gaps();
        damaged = state.damaged();
        untried = state.untried();
    }

    /** Reads a member, with the passwords if it asks for one. */
    private void read(TikaInputStream member, Metadata metadata) throws TikaException, SAXException, IOException {
        State before = state();
        try {
            parse(member, metadata);
        } catch (TikaException | SAXException | IOException | RuntimeException | Error e) {
            if (out.passed() != null
                    || FailureMapping.of(e).reason() != Reason.ENCRYPTED
                    || wasTriedInside(before)
                    || passwords.isEmpty()) {
                throw e;
            }
            if (!member.hasFile()) {
                untried++;
                throw e;
            }
            if (!opens(member.getPath(), metadata, before)) {
                returnTo(before);
                readAgain(member.getPath(), metadata); // for the text before the locked part, and the same failure
            }
        }
    }

    /** Returns whether no password of the member helps: each was tried on the file inside it that asked. */
    private boolean wasTriedInside(State before) {
        return failure != null && untried == before.untried();
    }

    private void readAgain(Path member, Metadata metadata) throws TikaException, SAXException, IOException {
        try (TikaInputStream again = TikaInputStream.get(member)) {
            parse(again, metadata);
        }
    }

    private boolean opens(Path member, Metadata metadata, State clean) throws TikaException, SAXException, IOException {
        PasswordProvider before = context.get(PasswordProvider.class);
        try {
            for (String password : passwords) {
                returnTo(clean);
                context.set(PasswordProvider.class, ignored -> password);
                try {
                    readAgain(member, metadata);
                    return true;
                } catch (TikaException | SAXException | IOException | RuntimeException | Error e) {
                    if (out.passed() != null || MachineFailure.in(e, file) != null || !isWrong(e)) {
                        throw e;
                    }
                }
            }
            return false;
        } finally {
            context.set(PasswordProvider.class, before);
        }
    }

    /** Returns whether the password may be wrong; some formats cannot distinguish that from damage. */
    private static boolean isWrong(Throwable thrown) {
        Reason reason = FailureMapping.of(thrown).reason();
        return reason == Reason.ENCRYPTED || reason == Reason.CORRUPT;
    }

    private void parse(TikaInputStream member, Metadata metadata) throws TikaException, SAXException, IOException {
        StructureHandler structure = new StructureHandler(out, metadata, false);
        handlers.push(structure);
        try {
            parser.parse(member, structure, metadata, context);
        } finally {
            structure.flush();
        }
    }

    /**
     * Opens a member; one that its parser has already opened (a mail of a mailbox, an object of a compound file) may
     * have no bytes.
     */
    private TikaInputStream opened(InputStream stream, TemporaryResources temporary, Metadata metadata) {
        InputStream counted = bytes.counted(CloseShieldInputStream.wrap(stream));
        TikaInputStream whole = TikaInputStream.get(counted, temporary, metadata);
        Object container = stream instanceof TikaInputStream tika ? tika.getOpenContainer() : null;
        if (container != null) {
            whole.setOpenContainer(container);
        }
        return whole;
    }

    private void refuseBeyondLimits(@Nullable String name) {
        if (outer.size() > limits.maxEmbeddedDepth()) {
            throw passed(
                    Reason.EMBEDDED_DEPTH_LIMIT,
                    "deeper than " + limits.maxEmbeddedDepth() + " files within files: " + name);
        }
        count++;
        if (count > limits.maxEmbeddedCount()) {
            throw passed(Reason.EMBEDDED_COUNT_LIMIT, "more than " + limits.maxEmbeddedCount() + " embedded files");
        }
    }

    private LimitPassedException passed(Reason reason, String detail) {
        LimitPassedException limit = new LimitPassedException(reason, detail);
        out.recordPassed(limit);
        return limit;
    }

    private void judge(Throwable thrown, @Nullable String name, Metadata metadata) {
        MachineFailure machine = MachineFailure.in(thrown, file);
        if (machine != null) {
            machineFailure = machine;
            throw machine;
        }
        Failed failed = FailureMapping.of(thrown);
        LimitPassedException limit = out.passed();
        if (limit != null) {
            throw limit;
        }
        if (failed.reason() == Reason.EMPTY_FILE || failed.reason() == Reason.UNSUPPORTED_FORMAT) {
            return;
        }
        boolean accessory = isAccessory(typeOf(metadata), name);
        if (ContainerTypes.isOnlyItsMembers(container())) {
            if (!accessory || failed.reason() == Reason.ENCRYPTED) {
                leaveGap(failed, name);
            }
            return;
        }
        boolean counts = failed.reason() == Reason.ENCRYPTED || failed.reason() == Reason.MALICIOUS;
        if (!counts && name != null && !accessory) {
            out.warn(Warning.Kind.MEMBER_UNREADABLE, null, out.places().path());
        }
        if (counts && failure == null) {
            failure = new Failed(failed.reason(), "in " + name + ": " + failed.detail());
        }
        if (counts) {
            throw new LimitPassedException(failed.reason(), "in " + name + ": " + failed.detail());
        }
    }

    /** Tells readers that a member is missing or not complete. */
    private void leaveGap(Failed failed, @Nullable String name) {
        boolean encrypted = failed.reason() == Reason.ENCRYPTED;
        out.warn(
                encrypted ? Warning.Kind.MEMBER_ENCRYPTED : Warning.Kind.MEMBER_UNREADABLE,
                null,
                out.places().path());
        gaps++;
        damaged += encrypted ? 0 : 1;
        String named = name == null ? out.places().path() : name;
        out.block(
                BlockType.PARAGRAPH, 0, "[" + named + (encrypted ? ": encrypted, not read]" : ": damaged, not read]"));
        if (unread == null) {
            unread = new Failed(failed.reason(), "in " + name + ": " + failed.detail());
        }
    }

    /** Returns the type of the containing file. */
    private String container() {
        return typeOf(outer.stream().skip(1).findFirst().orElseThrow());
    }

    /** Returns whether it holds no written text: pictures, sounds, the signature of a mail. */
    private static boolean isAccessory(String type, @Nullable String name) {
        return type.startsWith("image/")
                || type.startsWith("audio/")
                || type.startsWith("video/")
                || type.contains("signature")
                || "smime.p7s".equals(name);
    }

    private static String typeOf(Metadata metadata) {
        String type = metadata.get(Metadata.CONTENT_TYPE);
        return type == null ? "" : type;
    }
}

package io.arketic.rag.document;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.document.DocumentTree.Place;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OutsideStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/** {@code document}: reads or writes a text of the drive. Writing the same bytes again makes no further version. */
@Component
class DocumentStep implements OutsideStep {

    private static final int LARGEST = 200_000;
    private static final StepSpec SPEC = StepSpec.of(
            "document",
            "Reads a file of the drive as text, or writes one as the member whose rights the run has. A file of the same name"
                    + " gets a further version. Gives document_id, name, version_number and what was read in content.",
            new StepField("operation", StepField.Kind.TEXT, true, "What is done", List.of("read", "write")),
            StepField.optional("document_id", StepField.Kind.ID, "Of the file that is read"),
            StepField.optional("name", StepField.Kind.TEXT, "Of the file that is written"),
            StepField.optional("content", StepField.Kind.TEXT, "What is written"),
            StepField.optional(
                    "parent_id", StepField.Kind.ID, "Of the folder that it is written into; left out for the top"),
            StepField.choice("share_level", "At the top; private by default", "private", "organization"));

    private final Transactions transactions;
    private final Documents documents;
    private final DocumentFiles files;

    DocumentStep(Transactions transactions, Documents documents, DocumentFiles files) {
        this.transactions = transactions;
        this.documents = documents;
        this.files = files;
    }

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public boolean reads(StepCall call) {
        return call.requireText("operation").equals("read");
    }

    @Override
    public boolean repeatable(StepCall call) {
        return true;
    }

    @Override
    public StepOutcome run(StepCall call, Cancellation cancellation) {
        return call.requireText("operation").equals("read") ? read(call) : write(call);
    }

    private StepOutcome write(StepCall call) {
        call.require(Permission.DOCUMENT_WRITE);
        String name = DocumentName.checked("name", call.requireText("name"));
        byte[] bytes = call.requireText("content").getBytes(StandardCharsets.UTF_8);
        UUID parent = call.id("parent_id").orElse(null);
        Place place;
        if (parent == null) {
            place = new Place(null, call.text("share_level").orElse(Document.PRIVATE));
        } else {
            Document folder = documents.requireFolder(call.membership(), parent);
            new DocumentAccess(call.membership(), folder).live();
            place = new Place(parent, folder.shareLevel());
        }
        Document written = files.store(call.membership(), place, name, new Text(name, bytes), null);
        return new StepOutcome.Completed(Map.of(
                "document_id", written.id().toString(),
                "name", written.name(),
                "version_number", written.versionNumber()));
    }

    private StepOutcome read(StepCall call) {
        call.require(Permission.DOCUMENT_READ);
        UUID id = call.requireId("document_id");
        Document document = transactions.run(call.membership().context(), sql -> Documents.one(sql, id));
        StoredFile file = files.find(new DocumentAccess(call.membership(), document), null);
        if (file.size() > LARGEST) {
            throw new StepFailure(FailureKind.INVALID, "The file has more than " + LARGEST + " bytes");
        }
        try (InputStream content = files.read(file).bytes()) {
            return new StepOutcome.Completed(Map.of(
                    "document_id", id.toString(),
                    "name", document.name(),
                    "version_number", document.versionNumber(),
                    "content", new String(content.readNBytes(LARGEST), StandardCharsets.UTF_8)));
        } catch (IOException broken) {
            throw new StepFailure(FailureKind.TEMPORARY, "The store broke off");
        }
    }

    /** A text as an upload. */
    private record Text(String name, byte[] bytes) implements MultipartFile {

        @Override
        public String getName() {
            return "files";
        }

        @Override
        public String getOriginalFilename() {
            return name;
        }

        @Override
        public String getContentType() {
            return "text/plain";
        }

        @Override
        public boolean isEmpty() {
            return bytes.length == 0;
        }

        @Override
        public long getSize() {
            return bytes.length;
        }

        @Override
        public byte[] getBytes() {
            return bytes.clone();
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void transferTo(File target) throws IOException {
            Files.write(target.toPath(), bytes);
        }
    }
}

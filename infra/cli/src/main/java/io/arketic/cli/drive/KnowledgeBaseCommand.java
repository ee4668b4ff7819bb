package io.arketic.cli.drive;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.DemoUser;
import io.arketic.cli.api.KnowledgeBase;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Exports and imports knowledge bases as archives. */
@Command(
        name = "kb",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Takes a knowledge base along: one archive with texts, chunks and vectors, which is imported elsewhere without"
                    + " embedding anything."
        })
public final class KnowledgeBaseCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    private final Terminal terminal = Terminal.system();

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "export or import is missing");
        }
    }

    @Command(
            name = "export",
            description = "Writes an archive; prints its Merkle root.",
            mixinStandardHelpOptions = true)
    int export(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(names = "--kb", paramLabel = "ID", description = "The knowledge base (default: that of the demo).")
                    @Nullable
                    UUID knowledgeBase,
            @Option(names = "--originals", description = "With the files themselves.") boolean originals)
            throws Exception {
        Stack stack = Stack.current();
        DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
        KnowledgeBase base = KnowledgeBase.find(user, knowledgeBase);
        KnowledgeArchive.export(user.api(), base.id(), originals, file);
        JsonNode manifest = KnowledgeArchive.manifest(file);
        terminal.line("%d documents, %d chunks, %,d bytes; Merkle root %s"
                .formatted(
                        manifest.path("documents").asInt(),
                        manifest.path("chunks").asLong(),
                        Files.size(file),
                        manifest.path("merkle_root").asText()));
        return 0;
    }

    @Command(
            name = "import",
            description =
                    "Makes a knowledge base of an archive. After an import that broke off, the same call goes on.",
            mixinStandardHelpOptions = true)
    int importing(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(names = "--organization", paramLabel = "ID", description = "Default: that of the demo.") @Nullable
                    UUID organization,
            @Option(names = "--name", paramLabel = "NAME", description = "Default: the archive's.") @Nullable
                    String name,
            @Option(names = "--merkle-root", paramLabel = "HEX", description = "Refuse any other archive.") @Nullable
                    String merkleRoot)
            throws Exception {
        if (!Files.isRegularFile(file)) {
            throw CommandException.unusable("no such file: " + file);
        }
        Stack stack = Stack.current();
        DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
        String query = (name == null ? "" : "&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                + (merkleRoot == null ? "" : "&merkle_root=" + URLEncoder.encode(merkleRoot, StandardCharsets.UTF_8));
        JsonNode imported = KnowledgeArchive.importing(
                user.api(), organization == null ? user.organization() : organization, file, query);
        terminal.line("%d documents, %d chunks: knowledge base %s%s"
                .formatted(
                        imported.path("documents").asInt(),
                        imported.path("chunks").asLong(),
                        imported.path("knowledge_base").path("id").asText(),
                        imported.path("resumed").asBoolean() ? " (gone on with)" : ""));
        return 0;
    }
}

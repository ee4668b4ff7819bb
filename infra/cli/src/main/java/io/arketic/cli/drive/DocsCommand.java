package io.arketic.cli.drive;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiException;
import io.arketic.cli.api.DemoUser;
import io.arketic.cli.drive.FolderSync.Outcome;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.Terminal;
import io.arketic.store.S3Store;
import io.arketic.store.StoreAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Manages the drive of an organization. */
@Command(
        name = "docs",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "The drive of an organization, as the demo user. PATH is a path of the drive such as /Manuals/pump.txt; / is its top."
        })
public final class DocsCommand implements Runnable {

    @Option(
            names = "--organization",
            scope = ScopeType.INHERIT,
            paramLabel = "ID",
            description = "The organization (default: that of the demo).")
    private @Nullable UUID organization;

    @Spec
    private @Nullable CommandSpec spec;

    private static final Duration LEAST_PAUSE = Duration.ofSeconds(10);

    private final Terminal terminal = Terminal.system();

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "a command is missing");
        }
    }

    @Command(name = "ls", description = "Lists a folder.", mixinStandardHelpOptions = true)
    int ls(@Parameters(paramLabel = "PATH", defaultValue = "/") String path) throws Exception {
        Drive drive = drive();
        drive.list(drive.folder(path)).forEach(entry -> terminal.line(entry.line()));
        return 0;
    }

    @Command(
            name = "put",
            description = "Uploads a file; one that is there gets a version more.",
            mixinStandardHelpOptions = true)
    int put(
            @Parameters(paramLabel = "FILE") Path file,
            @Parameters(paramLabel = "FOLDER", defaultValue = "/", description = "Made where it is missing.")
                    String folder)
            throws Exception {
        if (!Files.isRegularFile(file)) {
            throw CommandException.unusable("no such file: " + file);
        }
        Drive drive = drive();
        String name = file.toAbsolutePath().getFileName().toString();
        DriveEntry entry = drive.upload(drive.provideFolder(folder), name, file, FolderSync.hash(file));
        terminal.line(entry.line());
        return 0;
    }

    @Command(name = "get", description = "Downloads a file.", mixinStandardHelpOptions = true)
    int get(
            @Parameters(paramLabel = "PATH") String path,
            @Parameters(paramLabel = "FILE", arity = "0..1") @Nullable Path file,
            @Option(names = "--version-number", paramLabel = "N", description = "Default: the latest.") @Nullable
                    Integer version)
            throws Exception {
        Drive drive = drive();
        DriveEntry entry = drive.require(path);
        Path target = file == null ? Path.of(entry.name()) : file;
        drive.download(entry, version, target);
        terminal.line(target + "  " + Files.size(target) + " bytes");
        return 0;
    }

    @Command(name = "mv", description = "Renames and moves.", mixinStandardHelpOptions = true)
    int mv(@Parameters(paramLabel = "PATH") String path, @Parameters(paramLabel = "NEW_PATH") String target)
            throws Exception {
        Drive drive = drive();
        DriveEntry entry = drive.require(path);
        boolean isFolder = Drive.parts(target).isEmpty()
                || drive.find(target).map(DriveEntry::isFolder).orElse(false);
        drive.move(
                entry,
                drive.folder(isFolder ? target : Drive.parent(target)),
                isFolder ? entry.name() : Drive.name(target));
        return 0;
    }

    @Command(name = "rm", description = "Puts into the trash.", mixinStandardHelpOptions = true)
    int rm(@Parameters(paramLabel = "PATH", arity = "1..*") List<String> paths) throws Exception {
        Drive drive = drive();
        for (String path : paths) {
            drive.trash(drive.require(path).id());
        }
        return 0;
    }

    @Command(name = "versions", description = "Lists a file's versions.", mixinStandardHelpOptions = true)
    int versions(@Parameters(paramLabel = "PATH") String path) throws Exception {
        Drive drive = drive();
        for (JsonNode version : drive.get(drive.require(path).id(), "/versions").path("items")) {
            terminal.line("%4d  %,12d  %s  %s"
                    .formatted(
                            version.path("version_number").asInt(),
                            version.path("file_size").asLong(),
                            version.path("version_at").asText(),
                            version.path("file_hash").asText()));
        }
        return 0;
    }

    @Command(
            name = "restore",
            description = "Makes the bytes of a former version those of the next one.",
            mixinStandardHelpOptions = true)
    int restore(@Parameters(paramLabel = "PATH") String path, @Parameters(paramLabel = "N") int version)
            throws Exception {
        Drive drive = drive();
        JsonNode now = drive.post(drive.require(path).id(), "/versions/" + version + "/restore", Map.of());
        terminal.line(DriveEntry.of(now).line());
        return 0;
    }

    @Command(
            name = "share",
            description = "Shows a document to users and groups alone, and to its owner.",
            mixinStandardHelpOptions = true)
    int share(
            @Parameters(paramLabel = "PATH") String path,
            @Option(names = "--user", paramLabel = "ID") @Nullable List<String> users,
            @Option(names = "--group", paramLabel = "ID") @Nullable List<String> groups,
            @Option(names = "--right", paramLabel = "view|edit|share", defaultValue = "view") String right)
            throws Exception {
        Drive drive = drive();
        List<Map<String, String>> shares = new ArrayList<>();
        for (String user : users == null ? List.<String>of() : users) {
            shares.add(Map.of("user_id", user, "access_right", right));
        }
        for (String group : groups == null ? List.<String>of() : groups) {
            shares.add(Map.of("group_id", group, "access_right", right));
        }
        JsonNode now = drive.share(drive.require(path).id(), shares);
        terminal.line(path + "  " + now.path("share_level").asText());
        return 0;
    }

    @Command(name = "link", description = "Makes a public link to a file.", mixinStandardHelpOptions = true)
    int link(
            @Parameters(paramLabel = "PATH") String path,
            @Option(names = "--expires-at", paramLabel = "TIME", description = "For example 2030-01-31T12:00:00Z.")
                    @Nullable
                    String expiresAt,
            @Option(names = "--max-downloads", paramLabel = "N") @Nullable Integer downloads,
            @Option(names = "--password", interactive = true, arity = "0..1") @Nullable String password)
            throws Exception {
        Map<String, Object> link = new HashMap<>();
        if (expiresAt != null) {
            link.put("expires_at", expiresAt);
        }
        if (downloads != null) {
            link.put("max_downloads", downloads);
        }
        if (password != null) {
            link.put("password", password);
        }
        Drive drive = drive();
        terminal.line(drive.post(drive.require(path).id(), "/public-links", link)
                .path("url")
                .asText());
        return 0;
    }

    @Command(
            name = "sync",
            description =
                    "Brings a directory or a bucket up to a folder, one way; only files whose bytes are not there are"
                            + " sent. It may be broken off, and goes on with the next call. Keys of a bucket are read from"
                            + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            mixinStandardHelpOptions = true)
    int sync(
            @Parameters(paramLabel = "DIR", description = "A directory, or s3://BUCKET/PREFIX.") String source,
            @Parameters(paramLabel = "FOLDER") String folder,
            @Option(
                            names = "--delete",
                            description =
                                    "Put files into the trash that a sync brought, that are gone here and that were"
                                            + " not changed there, if no file failed.")
                    boolean delete,
            @Option(
                            names = "--endpoint",
                            paramLabel = "URL",
                            defaultValue = "https://s3.amazonaws.com",
                            description = "The store of the bucket (default: ${DEFAULT-VALUE}).")
                    String endpoint,
            @Option(
                            names = "--every",
                            paramLabel = "DURATION",
                            description = "Repeat until the command is broken off, for example PT15M.")
                    @Nullable
                    Duration every)
            throws Exception {
        if (every != null && every.compareTo(LEAST_PAUSE) < 0) {
            throw CommandException.unusable("--every must be at least " + LEAST_PAUSE);
        }
        if (source.startsWith(BucketSource.SCHEME)) {
            try (S3Store store = S3Store.open(new StoreAccess(
                    endpoint, environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY")))) {
                return sync(new BucketSource(store, source, terminal), endpoint + " " + source, folder, delete, every);
            }
        }
        Path directory = Path.of(source);
        if (!Files.isDirectory(directory)) {
            throw CommandException.unusable("no such directory: " + directory);
        }
        String name = directory.toRealPath().toString();
        return sync(new DirectorySource(directory), name, folder, delete, every);
    }

    private static String environment(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw CommandException.unusable("set " + name + " to read the bucket");
        }
        return value;
    }

    /** @param every null syncs once */
    private int sync(SyncSource source, String name, String folder, boolean delete, @Nullable Duration every)
            throws IOException, InterruptedException {
        int status = sync(source, name, folder, delete);
        while (every != null) {
            Thread.sleep(every.toMillis());
            try {
                sync(source, name, folder, delete);
            } catch (IOException | CommandException | ApiException failure) {
                terminal.line("failed, and tried again in " + Terminal.duration(every) + ": " + failure.getMessage());
            }
        }
        return status;
    }

    private int sync(SyncSource source, String name, String folder, boolean delete)
            throws IOException, InterruptedException {
        Stack stack = Stack.current();
        DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
        UUID home = organization == null ? user.organization() : organization;
        SyncRecord record = SyncRecord.load(stack.checkout().syncRecord(name + " " + home + " " + Drive.parts(folder)));
        Outcome outcome = new FolderSync(new Drive(user.api(), home), record, terminal).run(source, folder, delete);
        terminal.finishProgress(outcome.uploaded() + " uploaded, " + outcome.unchanged() + " unchanged, "
                + outcome.removed() + " removed" + (outcome.kept() == 0 ? "" : ", " + outcome.kept() + " kept")
                + (outcome.failed() == 0 ? "" : ", " + outcome.failed() + " failed"));
        return outcome.failed() == 0 ? 0 : ExitStatus.FAILED;
    }

    private Drive drive() throws IOException, InterruptedException {
        Stack stack = Stack.current();
        DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
        return new Drive(user.api(), organization == null ? user.organization() : organization);
    }
}

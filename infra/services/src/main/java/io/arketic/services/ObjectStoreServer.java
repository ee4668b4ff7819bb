package io.arketic.services;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs an S3 store (S3Proxy) over the directory {@code data}: a folder for each bucket, a file for each object. */
record ObjectStoreServer(Path root, Path directory, Port port, String accessKey, String secretKey)
        implements Component {

    private static final String SETTINGS = """
            s3proxy.endpoint=%s
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=%s
            s3proxy.credential=%s
            jclouds.provider=filesystem-nio2
            jclouds.identity=local
            jclouds.credential=local
            jclouds.filesystem.basedir=%s
            """;

    @Override
    public String name() {
        return "object-store";
    }

    @Override
    public List<Port> ports() {
        return List.of(port);
    }

    @Override
    public void prepare() throws IOException {
        Path data = directory.resolve("data");
        Files.createDirectories(data);
        JavaProgram.writeLogging(directory);
        Secrets.writeOwnerOnly(settings(), SETTINGS.formatted(endpoint(), accessKey, secretKey, data));
    }

    @Override
    public List<String> command() {
        return JavaProgram.command(
                root,
                "object-store",
                directory,
                List.of("-Xmx192m", "-XX:+UseSerialGC"),
                "org.gaul.s3proxy.Main",
                List.of("--properties", settings().toString()));
    }

    /** Returns whether the store serves: only then it refuses a caller without a key in S3's own words. */
    @Override
    public boolean isReady() throws IOException, InterruptedException {
        HttpResponse<String> answer = Http.get(endpoint());
        return answer.statusCode() == 403 && answer.body().contains("AccessDenied");
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port.number());
    }

    private Path settings() {
        return directory.resolve("s3proxy.properties");
    }
}

package io.arketic.services;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Holds all settings of a checkout's local stack. Ports come from {@code ARKETIC_PORT_…}. An {@code
 * ARKETIC_STORE_ENDPOINT} or {@code ARKETIC_KAFKA_BOOTSTRAP_SERVERS} replaces the embedded service. Every other {@code
 * ARKETIC_…} variable reaches the API and the jobs unchanged. Secrets are generated once and kept in {@code
 * secrets.properties} of its state directory, readable by its owner only.
 *
 * @param root the checkout
 * @param environment the {@code ARKETIC_…} variables that were set
 * @param secrets generated ones, by the names that {@link Secrets} has
 */
public record StackSettings(Path root, Map<String, String> environment, Secrets secrets) {

    private static final String PREFIX = "ARKETIC_";
    private static final String HOME = "ARKETIC_HOME";
    private static final String STORE_ENDPOINT = "ARKETIC_STORE_ENDPOINT";
    static final String STORE_ACCESS_KEY = "arketic";
    private static final String MAIL_DIRECTORY = "ARKETIC_MAIL_DIRECTORY";
    private static final String KEYSET_FILE = "ARKETIC_ENCRYPTION_KEYSET_FILE";
    private static final String OPTIONS = "ARKETIC_STACK_OPTIONS";
    private static final String BACKUP_DIRECTORY = "ARKETIC_BACKUP_DIRECTORY";
    private static final String BACKUP_KEY = "ARKETIC_BACKUP_KEY";
    private static final String BACKUP_RETENTION = "ARKETIC_BACKUP_RETENTION";
    private static final String BACKUP_QUEUE = "ARKETIC_BACKUP_QUEUE";
    private static final String ALERT_WEBHOOK = "ARKETIC_ALERT_WEBHOOK";
    private static final List<String> JOB_SETTINGS = List.of(
            "ARKETIC_DATABASE_URL",
            "ARKETIC_DATABASE_INGEST_",
            "ARKETIC_DATABASE_POOL_SIZE",
            "ARKETIC_STORE_",
            "ARKETIC_KAFKA_",
            "ARKETIC_EMBEDDING_",
            "ARKETIC_ENCRYPTION_",
            "ARKETIC_EXTRACT_",
            "ARKETIC_INGEST_",
            "ARKETIC_OCR_",
            "ARKETIC_REINDEX_",
            "DJL_");
    private static final List<String> NOT_OF_API = List.of(
            "ARKETIC_API_",
            "ARKETIC_DATABASE_OWNER_",
            "ARKETIC_DATABASE_INGEST_",
            "ARKETIC_EXTRACT_",
            "ARKETIC_FLINK_",
            "ARKETIC_INGEST_",
            "ARKETIC_REINDEX_",
            "ARKETIC_BACKUP_",
            "ARKETIC_ALERT_",
            "ARKETIC_STACK_");

    private static final long GIB = 1L << 30;
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,5})(MiB|GiB)");

    /** Lies between the ports of one API process and the next. */
    private static final int PORTS_APART = 100;

    private static final String PRIMARY = "?targetServerType=primary&connectTimeout=2&hostRecheckSeconds=2";

    /** Limits the silence of a server in a migration, whose statements are long. */
    private static final String OWNER_WAITS = "&tcpKeepAlive=true&socketTimeout=14400";

    private static final String KAFKA_BOOTSTRAP = "ARKETIC_KAFKA_BOOTSTRAP_SERVERS";

    public StackSettings {
        root = root.toAbsolutePath().normalize();
        var own = new TreeMap<String, String>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                own.put(name, value);
            }
        });
        environment = Map.copyOf(own);
    }

    /** Reads this process's environment; creates the secrets of the checkout on first use. */
    public static StackSettings fromEnvironment(Path root) {
        return of(root, System.getenv());
    }

    /** Creates the settings from the environment of another process. */
    public static StackSettings of(Path root, Map<String, String> environment) {
        Path state = stateDirectory(root, environment);
        var own = new TreeMap<>(environment);
        own.putIfAbsent(OPTIONS, StackOptions.of(state).names());
        StackScale.of(state).variables().forEach(own::putIfAbsent);
        for (String name : List.of(BACKUP_DIRECTORY, BACKUP_KEY, BACKUP_RETENTION, BACKUP_QUEUE, ALERT_WEBHOOK)) {
            if (own.containsKey(name) && own.get(name).isBlank()) {
                throw new IllegalArgumentException(name + " is empty; unset it for its default");
            }
        }
        return new StackSettings(root, own, Secrets.of(state.resolve("secrets.properties")));
    }

    /** Returns whether the stack archives and backs up its data. */
    public boolean backsUp() {
        return hasOption(StackOptions.BACKUP);
    }

    /** Returns whether Prometheus and Alertmanager run beside the stack. */
    public boolean isMonitored() {
        return hasOption(StackOptions.MONITORING);
    }

    /** Returns whether two PostgreSQL servers share the data, one of which is the primary. */
    public boolean isReplicated() {
        return hasOption(StackOptions.REPLICA);
    }

    private boolean hasOption(String option) {
        return List.of(environment.getOrDefault(OPTIONS, "").split(",", -1)).contains(option);
    }

    /** Returns the directory that all backups go to; {@code down --wipe} leaves it. */
    public Path backupRepository() {
        String chosen = environment.get(BACKUP_DIRECTORY);
        return chosen == null
                ? state().resolve("backups")
                : Path.of(chosen).toAbsolutePath().normalize();
    }

    /** Returns what encrypts the backups. */
    public String backupKey() {
        return environment.getOrDefault(BACKUP_KEY, secrets.backupKey());
    }

    /** Returns how many full backups are kept, with what was backed up since the oldest of them. */
    public int backupRetention() {
        String value = environment.getOrDefault(BACKUP_RETENTION, "7");
        if (!value.matches("[1-9]\\d{0,5}")) {
            throw new IllegalArgumentException(
                    BACKUP_RETENTION + " must be a number of full backups, 1 or more: " + value);
        }
        return Integer.parseInt(value);
    }

    /**
     * Returns how many bytes of the log may wait for the archive; what comes beyond them is dropped, so that a repository
     * that is full or missing does not fill the disk of the database.
     */
    public long backupQueue() {
        String value = environment.get(BACKUP_QUEUE);
        if (value == null) {
            return Math.min(16 * GIB, Directories.nearestStore(state()) / 10);
        }
        Matcher size = SIZE.matcher(value);
        if (!size.matches()) {
            throw new IllegalArgumentException(BACKUP_QUEUE + " must be a size such as 512MiB or 16GiB: " + value);
        }
        return Long.parseLong(size.group(1)) * (size.group(2).equals("GiB") ? GIB : GIB >> 10);
    }

    /**
     * Returns the settings of a stack in another state directory into which this one's database is restored, and from there
     * back: if this one archives, its log waits for the archive.
     */
    public StackSettings beside(Path state) {
        var own = new TreeMap<>(elsewhere(state).environment());
        own.put(OPTIONS, backsUp() ? StackOptions.KEPT_LOG : "");
        return of(root, own);
    }

    /** Returns whether the log waits for a later start that archives it. */
    boolean keepsLog() {
        return hasOption(StackOptions.KEPT_LOG);
    }

    /** Returns the same stack's settings in another state directory, on free ports and without optional parts. */
    public StackSettings elsewhere(Path state) {
        var own = new TreeMap<>(environment);
        own.keySet().removeIf(name -> name.startsWith("ARKETIC_PORT_") || name.equals(KEYSET_FILE));
        own.put(HOME, state.toString());
        own.put(OPTIONS, "");
        for (String port : List.of("POSTGRES", "STORE")) {
            own.put("ARKETIC_PORT_" + port, String.valueOf(Port.free().number()));
        }
        return of(root, own);
    }

    /** Returns the directory of a checkout's stack: {@code ARKETIC_HOME}, or {@code .arketic} beside the sources. */
    public static Path stateDirectory(Path root, Map<String, String> environment) {
        String home = environment.get(HOME);
        return home == null || home.isEmpty()
                ? root.resolve(".arketic")
                : Path.of(home).toAbsolutePath().normalize();
    }

    /** Holds the data, configuration, logs and process files of the stack. */
    public Path directory() {
        return state().resolve("stack");
    }

    /** Returns the address of the first API process. */
    public URI api() {
        return loopback(apiPort(1));
    }

    /** Returns the addresses of all API processes. */
    public List<URI> apis() {
        return IntStream.rangeClosed(1, apiProcesses())
                .mapToObj(number -> loopback(apiPort(number)))
                .toList();
    }

    /** Returns the address of the first API process's health and metrics. */
    public URI management() {
        return loopback(managementPort(1));
    }

    /** Returns the address of Flink's REST interface and console. */
    public URI flink() {
        return URI.create("https://127.0.0.1:" + flinkPort().number());
    }

    /** Returns the key that callers of {@link #flink} show. */
    FlinkKeys flinkKeys() {
        return new FlinkKeys(directory().resolve("flink/flink.p12"), secrets.flinkKeyPassword());
    }

    /**
     * Returns the stack's database as a superuser: for migrations, {@code psql} and backups, never for the product
     * itself.
     */
    public DatabaseAccess owner() {
        return owner("arketic");
    }

    /** Returns another database of the same servers like {@link #owner()}. */
    public DatabaseAccess owner(String database) {
        String url = databaseUrl(database);
        return new DatabaseAccess(
                isReplicated() ? url + OWNER_WAITS : url, PostgresServer.SUPERUSER, secrets.databaseOwnerPassword());
    }

    /** Returns the address of {@link #owner} for {@code psql} and other programs of PostgreSQL. */
    public String ownerAddress() {
        String address = databaseUrl("arketic").substring("jdbc:".length()).replaceFirst("[?].*", "");
        return isReplicated() ? address + "?target_session_attrs=read-write" : address;
    }

    /** Returns the stack's database for the jobs; the migration gives each role its password. */
    public DatabaseAccess ingest() {
        return new DatabaseAccess(databaseUrl("arketic"), "arketic_ingest", secrets.databaseIngestPassword());
    }

    /** Returns the stack's database for the API's work in the background. */
    public DatabaseAccess maintenance() {
        return new DatabaseAccess(databaseUrl("arketic"), "arketic_maintenance", secrets.databaseMaintenancePassword());
    }

    /** Returns the stack's database for the API's requests. */
    public DatabaseAccess application() {
        return new DatabaseAccess(databaseUrl("arketic"), "arketic_app", secrets.databaseApplicationPassword());
    }

    /**
     * Returns the environment of the API and the jobs; any other process of the product joins the stack with it, too.
     */
    public Map<String, String> productEnvironment() {
        var product = new TreeMap<String, String>();
        product.put("ARKETIC_DATABASE_URL", application().url());
        product.put("ARKETIC_DATABASE_USER", application().user());
        product.put("ARKETIC_DATABASE_PASSWORD", application().password());
        product.put("ARKETIC_DATABASE_INGEST_USER", ingest().user());
        product.put("ARKETIC_DATABASE_INGEST_PASSWORD", ingest().password());
        product.put("ARKETIC_DATABASE_MAINTENANCE_USER", maintenance().user());
        product.put("ARKETIC_DATABASE_MAINTENANCE_PASSWORD", maintenance().password());
        product.put(STORE_ENDPOINT, loopback(storePort()).toString());
        product.put("ARKETIC_STORE_ACCESS_KEY", STORE_ACCESS_KEY);
        product.put("ARKETIC_STORE_SECRET_KEY", secrets.storeSecretKey());
        product.put("ARKETIC_STORE_BUCKET", "knowledge");
        product.put(KAFKA_BOOTSTRAP, "127.0.0.1:" + kafkaPort().number());
        product.put("ARKETIC_SECURITY_TOKEN_SECRET", secrets.tokenSecret());
        product.put(KEYSET_FILE, keysetFile().toString());
        product.put(MAIL_DIRECTORY, mailDirectory().toString());
        product.put("ARKETIC_EXTRACT_PARSER_CLASSPATH", root.resolve("infra/dist/parsers/target/lib") + "/*");
        product.put(
                "ARKETIC_EMBEDDING_MODEL_DIRECTORY", state().resolve("models").toString());
        product.put("DJL_CACHE_DIR", state().resolve("djl").toString());
        product.put("DJL_OFFLINE", "true");
        environment.forEach((name, value) -> {
            if (!name.startsWith("ARKETIC_PORT_")) {
                product.put(name, value);
            }
        });
        // For a remote database, one password serves every role without its own.
        String exported = environment.get("ARKETIC_DATABASE_PASSWORD");
        if (exported != null) {
            for (String role : List.of("ARKETIC_DATABASE_INGEST_PASSWORD", "ARKETIC_DATABASE_MAINTENANCE_PASSWORD")) {
                product.put(role, environment.getOrDefault(role, exported));
            }
        }
        return product;
    }

    /** Returns the variables that the jobs read where they are submitted, without those of the API. */
    public Map<String, String> jobEnvironment() {
        Map<String, String> jobs = new TreeMap<>(only(JOB_SETTINGS));
        jobs.putIfAbsent("ARKETIC_REINDEX_PARALLELISM", String.valueOf(taskManagers())); // each has a slot for it
        return jobs;
    }

    /**
     * Returns the variables that an API process reads, without those of operators or jobs. The links of all processes begin
     * with the address of the first.
     */
    Map<String, String> apiEnvironment(int number) {
        Map<String, String> api = new TreeMap<>(productEnvironment());
        api.keySet().removeIf(name -> NOT_OF_API.stream().anyMatch(name::startsWith));
        if (number > 1) {
            api.putIfAbsent("ARKETIC_PUBLIC_URL", api().toString());
        }
        return api;
    }

    private Map<String, String> only(List<String> prefixes) {
        Map<String, String> chosen = new TreeMap<>(productEnvironment());
        chosen.keySet().removeIf(name -> prefixes.stream().noneMatch(name::startsWith));
        return chosen;
    }

    /** Returns the settings of any Kafka client, with a password if {@code ARKETIC_KAFKA_PASSWORD} is set. */
    public Map<String, Object> kafkaClient() {
        Map<String, String> product = productEnvironment();
        Map<String, Object> client = new TreeMap<>();
        client.put("bootstrap.servers", product.get(KAFKA_BOOTSTRAP));
        String password = product.getOrDefault("ARKETIC_KAFKA_PASSWORD", "");
        if (!password.isEmpty()) {
            String mechanism = product.getOrDefault("ARKETIC_KAFKA_SASL_MECHANISM", "PLAIN");
            client.put("security.protocol", product.getOrDefault("ARKETIC_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT"));
            client.put("sasl.mechanism", mechanism);
            client.put(
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.%s required username=\"%s\" password=\"%s\";"
                            .formatted(
                                    mechanism.startsWith("SCRAM") ? "scram.ScramLoginModule" : "plain.PlainLoginModule",
                                    product.getOrDefault("ARKETIC_KAFKA_USER", "arketic"),
                                    password.replace("\\", "\\\\").replace("\"", "\\\"")));
        }
        return client;
    }

    /** Returns the directory of the API's messages while no SMTP host is set. */
    public Path mailDirectory() {
        String chosen = environment.get(MAIL_DIRECTORY);
        return chosen == null ? state().resolve("mail") : Path.of(chosen);
    }

    /** Returns the file with the keys of encrypted columns, a Tink keyset; the API creates it. */
    public Path keysetFile() {
        String chosen = environment.get(KEYSET_FILE);
        return chosen == null ? state().resolve("keyset.json") : Path.of(chosen);
    }

    /** Returns the directory of everything that belongs to the stack: its data, secrets and keys. */
    public Path state() {
        return stateDirectory(root, environment);
    }

    public boolean embedsStore() {
        return !environment.containsKey(STORE_ENDPOINT);
    }

    boolean embedsKafka() {
        return !environment.containsKey(KAFKA_BOOTSTRAP);
    }

    /** Returns the port of one API process: the first has the setting's, the second one 100 higher, and so on. */
    Port apiPort(int number) {
        return port("ARKETIC_PORT_API", 8080).above(PORTS_APART * (number - 1));
    }

    Port managementPort(int number) {
        return port("ARKETIC_PORT_MANAGEMENT", 8090).above(PORTS_APART * (number - 1));
    }

    Port flinkPort() {
        return port("ARKETIC_PORT_FLINK", 8081);
    }

    Port postgresPort() {
        return port("ARKETIC_PORT_POSTGRES", 5433);
    }

    /** Returns the port of one of two servers. */
    Port postgresPort(int number) {
        return postgresPort().above(PORTS_APART * (number - 1));
    }

    /** Returns the port of Patroni's interface beside one of two servers. */
    Port patroniPort(int number) {
        return port("ARKETIC_PORT_PATRONI", 8008).above(PORTS_APART * (number - 1));
    }

    Port kafkaPort() {
        return port("ARKETIC_PORT_KAFKA", 9092);
    }

    Port kafkaControllerPort() {
        return port("ARKETIC_PORT_KAFKA_CONTROLLER", 9093);
    }

    Port storePort() {
        return port("ARKETIC_PORT_STORE", 9000);
    }

    Port zooKeeperPort() {
        return port("ARKETIC_PORT_ZOOKEEPER", 2181);
    }

    /** Returns the port where the backups' metrics are. */
    Port backupPort() {
        return port("ARKETIC_PORT_BACKUP", 9188);
    }

    /** Returns the address that alerts are posted to; empty for none. */
    Optional<String> alertWebhook() {
        return Optional.ofNullable(environment.get(ALERT_WEBHOOK));
    }

    Port prometheusPort() {
        return port("ARKETIC_PORT_PROMETHEUS", 9090);
    }

    Port alertmanagerPort() {
        return port("ARKETIC_PORT_ALERTMANAGER", 9094);
    }

    /** Returns the first port of Flink's metrics. */
    Port metricsPort() {
        return port("ARKETIC_PORT_METRICS", 9249);
    }

    /** Returns the number of API processes. */
    public int apiProcesses() {
        return new StackScale(environment).apiProcesses();
    }

    /** Returns the number of TaskManagers; the jobs use the slots of all. */
    public int taskManagers() {
        return new StackScale(environment).taskManagers();
    }

    /** Returns the address of the primary: a client asks both servers which one it is. */
    private String databaseUrl(String database) {
        return isReplicated()
                ? "jdbc:postgresql://127.0.0.1:" + postgresPort(1).number() + ",127.0.0.1:"
                        + postgresPort(2).number() + "/" + database + PRIMARY
                : "jdbc:postgresql://127.0.0.1:" + postgresPort().number() + "/" + database;
    }

    private Port port(String variable, int otherwise) {
        String value = environment.get(variable);
        try {
            int number = value == null ? otherwise : Integer.parseInt(value);
            if (number >= 1 && number <= Port.HIGHEST) {
                return new Port(number, variable);
            }
        } catch (NumberFormatException e) {
            // Reported below, with the name of the variable.
        }
        throw new IllegalArgumentException(variable + " must be a port from 1 to 65535: " + value);
    }

    private static URI loopback(Port port) {
        return URI.create("http://127.0.0.1:" + port.number());
    }

    /** Shows no secrets. */
    @Override
    public String toString() {
        return "StackSettings[root=" + root + "]";
    }
}
